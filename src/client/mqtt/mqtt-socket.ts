import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { IClientOptions } from 'mqtt';
import { CoalescedWrites, type FrameSocket } from './coalesced-writes';
import { IncomingPackets, type IncomingSocket } from './incoming-packets';
import { readRefusal } from './refused-upgrade';
import { StreamError } from './stream-error';

export interface MqttSocketOptions {
  /** The signed URL. It is a secret: it goes to the server and nowhere else. */
  readonly url: URL;
  /** The time that the URL was signed with, in ms since 1970. */
  readonly signedAtMs: number;
  /** Reaches the server; belongs to this connection and ends with it. */
  readonly agent?: Agent | undefined;
  readonly clientId: string;
  /** `false` asks the broker to keep the session: subscriptions, and QoS 1 messages while we are away. */
  readonly clean: boolean;
  readonly keepaliveSeconds: number;
  /** From the look-up of the name to CONNACK. */
  readonly connectTimeoutMs: number;
}

/** What a socket tells. */
interface MqttSocketListener {
  /** It is open, and what mqtt.js has written leaves: its CONNECT. */
  onOpen(): void;
  /** No MQTT can be spoken on it: the server refused to open it, or sends what is not MQTT. */
  onUseless(problem: StreamError): void;
}

interface WebSocketLike extends FrameSocket, IncomingSocket {
  on(event: 'open', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: (code: number) => void): unknown;
  on(event: 'unexpected-response', listener: (request: ClientRequest, response: IncomingMessage) => void): unknown;
}

/** What a WebSocket that just ended is said to have been closed with (RFC 6455, 7.1.5). */
const noCloseFrame = 1006;
/** An answer that says it is a WebSocket and is not one (RFC 6455, 4.1). */
const wrongUpgrade = /^(Invalid (Upgrade|Sec-WebSocket-\w+) header|Server sent )/;
/** Larger than anything AWS IoT may send (128 KiB a message, several messages a frame). */
const largestFrameBytes = 4 * 1024 * 1024;

/** The WebSocket under one MQTT connection, which mqtt.js opens: what it has to be told, and what it tells. */
export class MqttSocket {
  readonly #options: MqttSocketOptions;
  readonly #listener: MqttSocketListener;
  #writes: CoalescedWrites | undefined;
  #packets: IncomingPackets | undefined;
  /** Whether the server has said that it closes. */
  hasCloseFrame = false;

  constructor(options: MqttSocketOptions, listener: MqttSocketListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** What mqtt.js is told: one connection, and nothing on its own. */
  clientOptions(): IClientOptions {
    const options = this.#options;
    const { url } = options;
    const secure = url.protocol === 'wss:';
    return {
      protocol: secure ? 'wss' : 'ws',
      hostname: url.hostname,
      port: Number(url.port || (secure ? 443 : 80)),
      path: url.pathname,
      clientId: options.clientId,
      clean: options.clean,
      keepalive: options.keepaliveSeconds,
      // A flow that publishes would otherwise keep a half-open connection from ever being noticed.
      reschedulePings: false,
      connectTimeout: options.connectTimeoutMs,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      // All numbers to 65 535, written ahead, would take 7 MB and up to 80 ms at the first connection, and publish no faster.
      writeCache: false,
      // Without a log of its own mqtt.js formats debug text for every packet.
      log: () => undefined,
      wsOptions: this.#webSocketOptions(),
    };
  }

  /** Writes four bytes past mqtt.js, the highest first, in order with what it writes itself. */
  writeWord(word: number): void {
    this.#writes?.writeWord(word);
  }

  /** What may still come is passed on no more. */
  stopReading(): void {
    this.#packets?.stop();
  }

  /** What is wrong with an upgrade `ws` says without a code, and mqtt.js keeps to itself what has none. */
  #refuse(error: Error): void {
    if ('code' in error || !wrongUpgrade.test(error.message)) return;
    const problem = `what answers for the stream's server does not speak WebSocket (${error.message}); check proxy and firewall`;
    this.#listener.onUseless(new StreamError(problem, { cause: error }));
  }

  /** mqtt.js passes them on to `ws`. */
  #webSocketOptions(): object {
    const { agent, url } = this.#options;
    return {
      agent,
      // Negotiated compression costs twenty times what it saves on messages of this size.
      perMessageDeflate: false,
      maxPayload: largestFrameBytes,
      finishRequest: (request: { path: string; end(): void }, socket: WebSocketLike) => {
        // The signature joins the request here, since mqtt.js prints the URL it is given under DEBUG=mqttjs*.
        request.path = url.pathname + url.search;
        socket.on('error', (error) => this.#refuse(error));
        socket.on('open', () => this.#listener.onOpen());
        socket.on('close', (code) => {
          this.hasCloseFrame = code !== noCloseFrame;
        });
        const giveUp = (problem: StreamError): void => this.#listener.onUseless(problem);
        // With a listener for it, ending the request is ours to do.
        socket.on('unexpected-response', (refused, response) => readRefusal(refused, response, this.#options, giveUp));
        this.#writes = new CoalescedWrites(socket);
        this.#packets = new IncomingPackets(socket, giveUp);
        request.end();
      },
    };
  }
}
