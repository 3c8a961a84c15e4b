import type { Agent } from 'node:http';
import type { IClientOptions, IPublishPacket, MqttClient, Packet } from 'mqtt';
import type { Clock } from './clock';
import { coalesceWrites, type FrameSocket } from './coalesced-writes';
import { failureReason } from './failure-reason';
import { type UpgradingSocket, watchForRefusal } from './refused-upgrade';
import { StreamFailure } from './stream-failure';

export interface MqttConnectionOptions {
  /** The signed URL. It is a secret: it goes to the server and nowhere else. */
  readonly url: string;
  /** The time that the URL was signed with, in ms since 1970. */
  readonly signedAtMs: number;
  readonly clientId: string;
  /** `false` asks the broker to keep the session: subscriptions, and QoS 1 messages while we are away. */
  readonly clean: boolean;
  readonly keepaliveSeconds: number;
  /** From the look-up of the name to CONNACK. */
  readonly connectTimeoutMs: number;
  /** Reaches the server; belongs to this connection and ends with it. */
  readonly agent?: Agent | undefined;
  readonly listener: MqttListener;
}

/** What a connection tells. Nothing is told after `close` or `destroy`. */
export interface MqttListener {
  /** CONNACK arrived; called before the first message of a resumed session. */
  onConnack(sessionPresent: boolean): void;
  /** One message. Where it answers with a function, that one is given what continues reading, to be called once. */
  onMessage(topic: string, payload: Buffer, qos: number): undefined | ((goOn: () => void) => void);
  /** A PINGREQ left: what was acknowledged before it has reached the broker once it is answered. */
  onPing(): void;
  /** The oldest PINGREQ that had no answer yet was answered. */
  onPong(): void;
  /** The connection ended without our asking; called at most once. */
  onLost(failure: StreamFailure): void;
}

/** A PUBACK of message id 0: its type, the length of the rest, the id (MQTT 3.1.1, 3.4). */
const puback = 0x40_02_00_00;
/** Given to mqtt.js it means that no PUBACK is to be sent; it goes on with the next packet. */
const keepSilent = new Error('not acknowledged here');
const answerTimeoutMs = 20_000;
/** Larger than anything AWS IoT may send (128 KiB a message, several messages a frame). */
const largestFrameBytes = 4 * 1024 * 1024;

/** What the WebSocket under the connection has told so far. */
interface Upgrade {
  refusal?: StreamFailure;
  socket?: FrameSocket;
}

interface WebSocketLike extends FrameSocket, UpgradingSocket {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'unexpected-response', listener: Parameters<UpgradingSocket['on']>[1]): unknown;
  terminate(): void;
}

/**
 * One MQTT connection over one WebSocket, from its first byte to its last. It never reconnects: mqtt.js's own reconnect
 * would use the old URL (its URL hook is synchronous), and a new attempt needs a new signature.
 */
export class MqttConnection {
  readonly #client: MqttClient;
  readonly #clock: Clock;
  readonly #upgrade: Upgrade;
  #lastHeardMs = 0;
  readonly #pending = new Set<(failure: Error) => void>();
  /** How many PINGREQs left, mqtt.js's own among them, and how many were answered; answers come in their order. */
  #pings = 0;
  #pongs = 0;
  /** Which PINGRESP is waited for, and what it is told to. */
  readonly #awaited: { readonly pong: number; readonly answer: () => void }[] = [];
  #state: 'opening' | 'open' | 'over' = 'opening';
  #acknowledges = true;
  #problem: StreamFailure | undefined;
  /** While reading pauses: the message handed out last is not acknowledged before it goes on. */
  #pausing: Promise<void> | undefined;
  /** How many messages have come. */
  received = 0;
  /** Whether the broker still had the session of this client id. */
  sessionPresent = false;

  private constructor(client: MqttClient, clock: Clock, upgrade: Upgrade) {
    this.#client = client;
    this.#clock = clock;
    this.#upgrade = upgrade;
  }

  /** @throws {StreamFailure} when the connection can't be had, or `signal` ended the attempt. */
  static async open(options: MqttConnectionOptions, clock: Clock, signal: AbortSignal): Promise<MqttConnection> {
    const { connect } = await import('mqtt');
    if (signal.aborted) throw new StreamFailure('the attempt was given up');
    return new Promise((resolve, reject) => {
      const upgrade: Upgrade = {};
      const client = connect(clientOptions(options, clock, upgrade, () => client.end(true)));
      const connection = new MqttConnection(client, clock, upgrade);
      // The agent is this connection's own; an idle tunnel would outlive it.
      client.once('close', () => options.agent?.destroy());
      const abort = (): void => {
        connection.destroy();
        reject(new StreamFailure('the attempt was given up'));
      };
      signal.addEventListener('abort', abort, { once: true });
      client.on('error', (error) => connection.#fail(describe(error)));
      client.on('connect', (connack) => {
        signal.removeEventListener('abort', abort);
        if (connection.#state !== 'opening') return;
        connection.#state = 'open';
        connection.sessionPresent = connack.sessionPresent;
        resolve(connection);
      });
      client.on('close', () => {
        signal.removeEventListener('abort', abort);
        const wasOpen = connection.#state === 'open';
        const isOurDoing = connection.#state === 'over';
        const failure =
          upgrade.refusal ??
          connection.#problem ??
          new StreamFailure('the broker closed the connection', { byBroker: true });
        connection.#finish(failure);
        if (isOurDoing) return;
        if (wasOpen) options.listener.onLost(failure);
        else reject(failure);
      });
      connection.#listen(options.listener);
    });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** When the broker was last heard from, in ms since 1970. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /**
   * Asks the broker whether it is still there. Resolves with its answer: it has then seen all that was sent before,
   * acknowledgements included.
   */
  ping(): Promise<void> {
    return this.#request((answer) => {
      this.#client.sendPing();
      this.#awaited.push({ pong: this.#pings, answer: () => answer(undefined) });
    });
  }

  /** Resolves with one return code per filter (0–2 granted, 0x80 refused). At most 8 filters: AWS IoT closes on more. */
  subscribe(filters: readonly string[]): Promise<readonly number[]> {
    return this.#answered((answer, fail) => {
      this.#client.subscribe([...filters], { qos: 1 }, (error, granted, packet) => {
        const codes = packet?.granted ?? granted?.map(({ qos }) => qos);
        if (codes !== undefined && codes.length === filters.length) answer(codes.map(Number));
        else fail(error ?? new Error('the broker sent no answer to SUBSCRIBE'));
      });
    });
  }

  /** At most 8 filters: AWS IoT silently does nothing for more. */
  unsubscribe(filters: readonly string[]): Promise<void> {
    return this.#answered((answer, fail) => {
      this.#client.unsubscribe([...filters], (error) => (error ? fail(error) : answer(undefined)));
    });
  }

  /** Publishes at QoS 1 and resolves on PUBACK; rejects when the connection ends first. */
  publish(topic: string, payload: string): Promise<void> {
    return this.#request((answer, fail) => {
      this.#client.publish(topic, payload, { qos: 1 }, (error) => (error ? fail(error) : answer(undefined)));
    });
  }

  /** From now on messages are neither delivered nor acknowledged: the broker keeps those of QoS 1 for the next connection. */
  stopAcknowledging(): void {
    this.#acknowledges = false;
  }

  /** Says DISCONNECT, then closes; by force after `deadlineMs` (a half-open socket never finishes by itself). */
  close(deadlineMs: number): Promise<void> {
    if (this.#state === 'over') return Promise.resolve();
    this.#state = 'over';
    return new Promise((resolve) => {
      const cancel = this.#clock.after(deadlineMs, () => {
        this.destroy();
        resolve();
      });
      const end = (): void => {
        this.#client.end(false, () => {
          cancel();
          this.#finish();
          resolve();
        });
      };
      if (this.#pausing === undefined) end();
      else void this.#pausing.then(end);
    });
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.#state = 'over';
    this.#client.end(true);
    // After an `end(false)` that still waits, `end(true)` does nothing.
    this.#client.stream.destroy();
    this.#finish();
  }

  /** Lets the flows have their turn, then acknowledges the message that was handed out. */
  async #pause(pause: (goOn: () => void) => void, done: () => void): Promise<void> {
    await new Promise<void>((resolve) => pause(resolve));
    this.#pausing = undefined;
    done();
  }

  /**
   * Sends the PUBACK of a message of QoS 1 and lets mqtt.js go on with the next one. mqtt.js would write
   * it in three pieces, each through its stream; as one it takes a fifth off the cost of an event.
   */
  #acknowledge({ qos, messageId = 0 }: IPublishPacket, done: (error?: Error) => void): void {
    if (qos === 0) {
      done();
      return;
    }
    const packet = Buffer.allocUnsafe(4);
    packet.writeUInt32BE(puback + messageId);
    this.#upgrade.socket?.send(packet);
    done(keepSilent);
  }

  #listen(listener: MqttListener): void {
    const client = this.#client;
    client.handleMessage = (packet: IPublishPacket, done) => {
      // A connection that is over may still have packets in its parser.
      if (!this.#acknowledges || this.#state === 'over') {
        done(keepSilent);
        return;
      }
      this.received += 1;
      const { payload } = packet;
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      const pause = listener.onMessage(packet.topic, bytes, packet.qos);
      if (pause === undefined) this.#acknowledge(packet, done);
      else this.#pausing = this.#pause(pause, () => this.#acknowledge(packet, done));
    };
    client.on('packetsend', ({ cmd }) => {
      if (cmd !== 'pingreq') return;
      this.#pings += 1;
      listener.onPing();
    });
    client.on('packetreceive', (packet) => {
      this.#lastHeardMs = this.#clock.now();
      if (packet.cmd === 'publish') return;
      if (packet.cmd === 'pingresp') this.#pong(listener);
      // mqtt.js itself says `connect` some ticks later, when messages may have passed already.
      else if (packet.cmd === 'connack') listener.onConnack(packet.sessionPresent);
      else this.#check(packet);
    });
  }

  #pong(listener: MqttListener): void {
    this.#pongs += 1;
    listener.onPong();
    while (this.#awaited[0] !== undefined && this.#awaited[0].pong <= this.#pongs) this.#awaited.shift()?.answer();
  }

  /** mqtt.js takes these without a word, though they say that the broker is no longer with us. */
  #check(packet: Packet): void {
    if (packet.cmd === 'disconnect') {
      this.#fail(new StreamFailure('the broker said DISCONNECT', { byBroker: true }));
    } else if (packet.messageId === undefined || this.#client.outgoing[packet.messageId] === undefined) {
      this.#fail(new StreamFailure(`the broker sent a ${packet.cmd.toUpperCase()} for nothing`));
    }
  }

  /** A broker that leaves SUBSCRIBE unanswered is no connection to rely on. */
  async #answered<T>(start: (answer: (value: T) => void, fail: (error: Error) => void) => void): Promise<T> {
    const cancel = this.#clock.after(answerTimeoutMs, () => {
      this.#fail(new StreamFailure('the broker did not answer a subscription', { reason: 'timeout' }));
    });
    try {
      return await this.#request(start);
    } finally {
      cancel();
    }
  }

  #request<T>(start: (answer: (value: T) => void, fail: (error: Error) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      // mqtt.js throws or stays silent on a client that has ended.
      if (this.#state !== 'open') {
        reject(new StreamFailure('the connection is closed'));
        return;
      }
      this.#pending.add(reject);
      start(
        (value) => {
          this.#pending.delete(reject);
          resolve(value);
        },
        (error) => {
          // mqtt.js fails what is pending just before it says `close`, which knows why.
          if (error.message === 'Connection closed') return;
          this.#pending.delete(reject);
          reject(error);
        },
      );
    });
  }

  /** Any protocol error ends the connection: mqtt.js would go on parsing a stream that no longer makes sense. */
  #fail(failure: StreamFailure): void {
    this.#problem ??= failure;
    if (this.#state !== 'over') this.#client.end(true);
  }

  #finish(failure = new StreamFailure('the connection was closed')): void {
    this.#state = 'over';
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const reject of pending) reject(failure);
  }
}

function clientOptions(
  options: MqttConnectionOptions,
  clock: Clock,
  upgrade: Upgrade,
  giveUp: () => void,
): IClientOptions {
  const url = new URL(options.url);
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
    // Without a log of its own mqtt.js formats debug text for every packet.
    log: () => undefined,
    wsOptions: {
      agent: options.agent,
      // Negotiated compression costs twenty times what it saves on messages of this size.
      perMessageDeflate: false,
      maxPayload: largestFrameBytes,
      finishRequest(request: { path: string; end(): void }, socket: WebSocketLike) {
        // The signature joins the request here, since mqtt.js prints the URL it is given under DEBUG=mqttjs*.
        request.path = url.pathname + url.search;
        watchForRefusal(socket, { nowMs: () => clock.now(), signedAtMs: options.signedAtMs }, (refusal) => {
          upgrade.refusal = refusal;
          giveUp();
        });
        socket.on('message', (_data, isBinary) => {
          // MQTT is binary (MQTT 3.1.1 section 6); text means that something else is speaking.
          if (!isBinary) giveUp();
        });
        coalesceWrites(socket);
        upgrade.socket = socket;
        request.end();
      },
    },
  };
}

function describe(error: unknown): StreamFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 4 || code === 5 || code === 7) {
    return new StreamFailure(`the broker refused the connection (CONNACK ${code})`, {
      remedy: 'new credentials',
      reason: 'forbidden',
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  const timedOut = /timeout/i.test(message);
  return new StreamFailure(message, {
    reason: failureReason(error) ?? (timedOut ? 'timeout' : undefined),
    cause: error,
  });
}
