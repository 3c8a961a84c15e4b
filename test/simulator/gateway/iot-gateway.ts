import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultName } from '../fault-table';
import type { LoopbackServer } from '../http-server';
import { remember } from '../records';
import { messages } from '../upgrade/sigv4-check';
import type { StreamCredentials, StreamGrant } from '../upgrade/stream-credentials';
import { judgeUpgrade, subprotocols, type UpgradeVerdict } from '../upgrade/upgrade-check';
import { corsHeaders, refuseByCdn, refuseForbidden, refuseWithPage } from '../upgrade/upgrade-refusal';
import type { GateContext } from './gate-context';
import { PacketGate } from './packet-gate';
import { PlannedCloses } from './planned-closes';
import { wrongBytes } from './wrong-bytes';

/** A frame may hold many packets. */
const mostFrameBytes = 8 * 1024 * 1024;

export interface GatewayOptions {
  readonly dropAtExpiry: boolean;
  readonly socketLifeSeconds: number | undefined;
}

/** The AWS-IoT-like front: SigV4 on the upgrade, then MQTT through a gate. */
export class IotGateway {
  readonly #credentials: StreamCredentials;
  readonly #context: GateContext;
  readonly #options: GatewayOptions;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: mostFrameBytes,
    handleProtocols: (offered) => subprotocols.find((name) => offered.has(name)) ?? false,
  });
  readonly #open = new Set<PacketGate>();
  /** `stop-forwarding=open`: connections made later are well. */
  #onlyOpenStall = false;

  constructor(credentials: StreamCredentials, context: GateContext, options: GatewayOptions) {
    this.#credentials = credentials;
    this.#context = context;
    this.#options = options;
    this.#webSockets.on('headers', (headers) => {
      for (const [name, value] of Object.entries(corsHeaders)) headers.push(`${name}: ${value}`);
      headers.push('Content-Length: 0', `Date: ${context.clock.date().toUTCString()}`);
    });
    new PlannedCloses(context.faults, this.#open).watch();
    context.faults.onSwitch((name, value) => this.#obeySwitch(name, value));
  }

  /** Answers on a server: the upgrade to MQTT, and to anything else that there is nothing else. */
  serve({ server }: LoopbackServer): void {
    server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
      response.setHeader('Date', this.#context.clock.date().toUTCString());
      response.writeHead(426, { Upgrade: 'websocket', 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ message: 'Upgrade Required' }));
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.#upgrade(request, socket, head);
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { clock, records } = this.#context;
    const verdict = this.#judge(request);
    if (verdict.kind === 'admit') {
      remember(records.upgrades, { statusCode: 101, message: '' });
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#admit(webSocket, verdict.grant));
    } else if (verdict.kind === 'forbid') {
      remember(records.upgrades, { statusCode: 403, message: verdict.message });
      refuseForbidden(socket, verdict.message, clock.date());
    } else if (verdict.kind === 'cdn') {
      remember(records.upgrades, { statusCode: verdict.status, message: 'a page of a CDN' });
      refuseByCdn(socket, verdict.status, clock.date());
    } else if (verdict.kind === 'page') {
      remember(records.upgrades, { statusCode: verdict.status, message: 'an HTML page' });
      refuseWithPage(socket, verdict.status, clock.date(), verdict.location);
    }
  }

  #judge(request: IncomingMessage): UpgradeVerdict {
    const { clock, faults, policy } = this.#context;
    const verdict = judgeUpgrade(request, this.#credentials, faults, clock.now());
    if (verdict.kind !== 'admit' || policy.refusal !== '403') return verdict;
    const open = [...this.#open].filter(({ company }) => company === verdict.grant.company).length;
    return policy.hasRoom(open) ? verdict : { kind: 'forbid', message: messages.tooMany };
  }

  #admit(webSocket: WebSocket, grant: StreamGrant): void {
    const { clock, faults, records } = this.#context;
    const gate = new PacketGate(webSocket, grant.company, this.#context);
    const { dropAtExpiry, socketLifeSeconds } = this.#options;
    const timers: NodeJS.Timeout[] = [];
    if (dropAtExpiry) {
      timers.push(setTimeout(() => gate.close('credentials expired'), grant.expiresAt - clock.now()));
    }
    if (socketLifeSeconds !== undefined) {
      timers.push(setTimeout(() => gate.close('WEBSOCKET_TTL_EXPIRATION'), socketLifeSeconds * 1000));
    }
    records.openConnections++;
    this.#open.add(gate);
    webSocket.on('close', () => {
      for (const timer of timers) clearTimeout(timer);
      records.openConnections--;
      this.#open.delete(gate);
    });
    // A new connection into a black hole.
    if (faults.isOn('stop-forwarding') && !this.#onlyOpenStall) gate.socket.stall(false);
  }

  #obeySwitch(name: FaultName, value: string | undefined): void {
    if (name === 'stop-forwarding') this.#switchStall(value);
    if (value === undefined) return;
    if (name === 'text-frame') for (const gate of this.#open) gate.socket.sendText('hello');
    if (name === 'malformed-packet') for (const gate of this.#open) gate.socket.send(wrongBytes(value));
  }

  #switchStall(value: string | undefined): void {
    this.#onlyOpenStall = value === 'open';
    for (const gate of this.#open) {
      if (value === undefined) gate.socket.resume();
      else gate.socket.stall(this.#onlyOpenStall);
    }
  }
}
