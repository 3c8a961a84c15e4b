import type { Agent } from 'node:http';
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import type { Clock } from './clock';
import { coalesceWrites, type FrameSocket } from './coalesced-writes';
import { failureReason } from './failure-reason';
import type { TlsOptions } from './network-options';
import { type UpgradingSocket, watchForRefusal } from './refused-upgrade';
import { StreamFailure } from './stream-failure';

export interface MqttConnectionOptions {
  /** The signed URL. It is a secret: it goes to the server and nowhere else. */
  readonly url: string;
  readonly clientId: string;
  /** `false` asks the broker to keep the session: subscriptions, and QoS 1 messages while we are away. */
  readonly clean: boolean;
  readonly keepaliveSeconds: number;
  /** From the look-up of the name to CONNACK. */
  readonly connectTimeoutMs: number;
  readonly agent?: Agent | undefined;
  readonly tls?: TlsOptions | undefined;
  /** One message. Where it answers with a function, that one is given what continues reading, to be called once. */
  readonly onMessage: (topic: string, payload: Buffer, qos: number) => undefined | ((goOn: () => void) => void);
  /** A PINGREQ left: what was acknowledged before it will have reached the broker once `onPong` is called. */
  readonly onPing: () => void;
  readonly onPong: () => void;
  /** The connection ended without our asking; called at most once, and never after `close` or `destroy`. */
  readonly onLost: (failure: StreamFailure) => void;
}

/** Larger than anything AWS IoT may send (128 KiB a message, several messages a frame). */
const largestFrameBytes = 4 * 1024 * 1024;
const refusedByBroker = 0x80;

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
  readonly #pending = new Set<(failure: Error) => void>();
  #state: 'opening' | 'open' | 'over' = 'opening';
  #acknowledges = true;
  #problem: StreamFailure | undefined;
  /** Whether the broker still had the session of this client id. */
  sessionPresent = false;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  /** @throws {StreamFailure} when the connection can't be had; `AbortError`-like when `signal` ends the attempt. */
  static async open(options: MqttConnectionOptions, clock: Clock, signal: AbortSignal): Promise<MqttConnection> {
    const { connect } = await import('mqtt');
    if (signal.aborted) throw new StreamFailure('the attempt was given up');
    return new Promise((resolve, reject) => {
      const upgrade: { refusal?: StreamFailure } = {};
      const client = connect(clientOptions(options, clock, upgrade, () => client.end(true)));
      const connection = new MqttConnection(client);
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
        const failure = upgrade.refusal ?? connection.#problem ?? new StreamFailure('the broker closed the connection');
        connection.#finish();
        if (isOurDoing) return;
        if (wasOpen) options.onLost(failure);
        else reject(failure);
      });
      connection.#listen(options);
    });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Resolves with one return code per filter (0–2 granted, 0x80 refused). At most 8 filters: AWS IoT closes on more. */
  subscribe(filters: readonly string[]): Promise<readonly number[]> {
    return this.#request((answer, fail) => {
      this.#client.subscribe([...filters], { qos: 1 }, (error, granted, packet) => {
        const codes = packet?.granted ?? granted?.map(({ qos }) => qos);
        if (codes !== undefined && codes.length === filters.length) answer(codes.map(Number));
        else fail(error ?? new Error('the broker sent no answer to SUBSCRIBE'));
      });
    });
  }

  /** At most 8 filters: AWS IoT silently does nothing for more. */
  unsubscribe(filters: readonly string[]): Promise<void> {
    return this.#request((answer, fail) => {
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
  close(clock: Clock, deadlineMs: number): Promise<void> {
    if (this.#state === 'over') return Promise.resolve();
    this.#state = 'over';
    return new Promise((resolve) => {
      const cancel = clock.after(deadlineMs, () => {
        this.destroy();
        resolve();
      });
      this.#client.end(false, () => {
        cancel();
        this.#finish();
        resolve();
      });
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

  #listen(options: MqttConnectionOptions): void {
    const client = this.#client;
    client.handleMessage = (packet: IPublishPacket, done) => {
      // A connection that is over may still have packets in its parser.
      if (!this.#acknowledges || this.#state === 'over') return done(new Error('not acknowledged'));
      const { payload } = packet;
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      const pause = options.onMessage(packet.topic, bytes, packet.qos);
      if (pause === undefined) done();
      else pause(() => done());
    };
    client.on('packetsend', ({ cmd }) => {
      if (cmd === 'pingreq') options.onPing();
    });
    client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'pingresp') options.onPong();
    });
  }

  #request<T>(start: (answer: (value: T) => void, fail: (error: Error) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      // mqtt.js throws or stays silent on a client that has ended.
      if (this.#state !== 'open') return reject(new StreamFailure('the connection is closed'));
      this.#pending.add(reject);
      start(
        (value) => {
          this.#pending.delete(reject);
          resolve(value);
        },
        (error) => {
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

  #finish(): void {
    this.#state = 'over';
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const reject of pending) reject(new StreamFailure('the connection was lost'));
  }
}

function clientOptions(
  options: MqttConnectionOptions,
  clock: Clock,
  upgrade: { refusal?: StreamFailure },
  giveUp: () => void,
): IClientOptions {
  const url = new URL(options.url);
  const secure = url.protocol === 'wss:';
  return {
    protocol: secure ? 'wss' : 'ws',
    hostname: url.hostname,
    port: Number(url.port || (secure ? 443 : 80)),
    path: url.pathname + url.search,
    clientId: options.clientId,
    clean: options.clean,
    keepalive: options.keepaliveSeconds,
    // A flow that publishes would otherwise keep a half-open connection from ever being noticed.
    reschedulePings: false,
    connectTimeout: options.connectTimeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // Without a log of its own mqtt.js formats debug text for every packet, and prints the signed URL under DEBUG.
    log: () => undefined,
    wsOptions: {
      ...options.tls,
      agent: options.agent,
      // Negotiated compression costs twenty times what it saves on messages of this size.
      perMessageDeflate: false,
      maxPayload: largestFrameBytes,
      finishRequest(request: { end(): void }, socket: WebSocketLike) {
        watchForRefusal(
          socket,
          () => clock.now(),
          (refusal) => {
            upgrade.refusal = refusal;
            giveUp();
          },
        );
        socket.on('message', (_data, isBinary) => {
          // MQTT is binary (MQTT 3.1.1 section 6); text means that something else is speaking.
          if (!isBinary) giveUp();
        });
        coalesceWrites(socket);
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

export { refusedByBroker };
