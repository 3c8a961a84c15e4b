import type { IPublishPacket, MqttClient, Packet } from 'mqtt';
import { onAbort } from '../time/abort-listeners';
import type { Clock } from '../time/clock';
import { noLongerThan } from '../time/no-longer-than';
import { streamErrorFrom } from './mqtt-failure';
import { MqttSocket, type MqttSocketOptions } from './mqtt-socket';
import { PendingAnswers, type RequestStart } from './pending-answers';
import { StreamError } from './stream-error';

interface MqttConnectionOptions extends MqttSocketOptions {
  readonly listener: Partial<MqttListener>;
}

/** What a connection tells. Nothing is told after `close` or `destroy`. */
export interface MqttListener {
  /** CONNECT left: from now on the broker may have begun a session. */
  onConnect(): void;
  /** CONNACK arrived and accepts; called before the first message of a resumed session. */
  onConnack(sessionPresent: boolean): void;
  /**
   * One message; `retained` if the broker sends it because it kept it, on a new subscription (MQTT 3.1.1, 3.3.1.3). If it
   * answers with a function, that one is given what continues reading, to be called once.
   */
  onMessage(topic: string, payload: Buffer, qos: number, retained: boolean): undefined | ((goOn: () => void) => void);
  /** A PINGREQ left: what was acknowledged before it has reached the broker once it is answered. */
  onPing(): void;
  /** The oldest PINGREQ that had no answer yet was answered. */
  onPong(): void;
  /** The connection ended without our asking; called at most once. */
  onLost(failure: StreamError): void;
}

/** A PUBACK of message id 0: its type, the length of the rest, the id (MQTT 3.1.1, 3.4). */
const puback = 0x40_02_00_00;
/** Given to mqtt.js it means that no PUBACK is to be sent; it goes on with the next packet. */
const keepSilent = new Error('not acknowledged here');
const answerTimeoutMs = 20_000;

/**
 * One MQTT connection over one WebSocket, from its first byte to its last. It never reconnects: mqtt.js's own reconnect
 * would use the old URL (its URL hook is synchronous), and a new attempt needs a new signature.
 */
export class MqttConnection {
  readonly #client: MqttClient;
  readonly #clock: Clock;
  readonly #socket: MqttSocket;
  readonly #answers = new PendingAnswers();
  #lastHeardMs = 0;
  #provenMs = 0;
  #state: 'opening' | 'open' | 'over' = 'opening';
  #acknowledges = true;
  #problem: StreamError | undefined;
  /** While reading pauses: the message handed out last is not acknowledged before it goes on. */
  #pausing: Promise<void> | undefined;
  /** How many messages have come. */
  received = 0;
  /** Whether the broker still had the session of this client id. */
  sessionPresent = false;

  private constructor(client: MqttClient, clock: Clock, socket: MqttSocket) {
    this.#client = client;
    this.#clock = clock;
    this.#socket = socket;
  }

  /** @throws {StreamError} when the connection can't be had, or `signal` ended the attempt. */
  static async open(options: MqttConnectionOptions, clock: Clock, signal: AbortSignal): Promise<MqttConnection> {
    const { connect } = await import('mqtt');
    if (signal.aborted) throw new StreamError('the attempt was given up');
    return new Promise((resolve, reject) => {
      /** Whether CONNECT left. */
      let isAsked = false;
      const socket = new MqttSocket(options, {
        onOpen: () => {
          isAsked = true;
          options.listener.onConnect?.();
        },
        onUseless: (problem) => connection.#fail(problem),
      });
      const client = connect(socket.clientOptions());
      const connection = new MqttConnection(client, clock, socket);
      const off = onAbort(signal, () => {
        connection.destroy();
        reject(new StreamError('the attempt was given up'));
      });
      client.on('error', (error) => connection.#fail(streamErrorFrom(error)));
      client.on('connect', (connack) => {
        off();
        if (connection.#state !== 'opening') return;
        connection.#state = 'open';
        connection.sessionPresent = connack.sessionPresent;
        resolve(connection);
      });
      client.on('close', () => {
        off();
        // An idle tunnel of its own would outlive the connection.
        options.agent?.destroy();
        const state = connection.#state;
        const failure =
          connection.#problem ??
          new StreamError('the broker closed the connection', {
            byBroker: isAsked,
            hasCloseFrame: socket.hasCloseFrame,
            refuses: isAsked && state !== 'open' ? 'connect' : undefined,
          });
        connection.#finish(failure);
        // That it is over already is our doing.
        if (state === 'open') options.listener.onLost?.(failure);
        else if (state === 'opening') reject(failure);
      });
      connection.#listen(options.listener);
    });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** When the broker was last heard from, in ms of the monotonic clock. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /**
   * Until when the broker is known to have brought everything, in ms of the monotonic clock: what comes after a line has
   * stalled was sent long before, and what followed it may be lost. It is when the last PINGREQ left that was answered.
   */
  get provenMs(): number {
    return this.#provenMs;
  }

  /**
   * Asks the broker whether it is still there. Resolves with its answer: it has then seen all that was sent before,
   * acknowledgements included.
   */
  ping(): Promise<void> {
    return this.#request((answer) => {
      this.#client.sendPing();
      this.#answers.whenPingAnswered(() => answer(undefined));
    });
  }

  /** Resolves with one return code per filter (0–2 granted, 0x80 refused). At most 8 filters: AWS IoT closes on more. */
  subscribe(filters: readonly string[]): Promise<readonly number[]> {
    return this.#answered((answer, fail) => {
      // What mqtt.js calls granted is what was asked for where no SUBACK came, as when the connection ended first.
      this.#client.subscribe([...filters], { qos: 1 }, (error, _asked, packet) => {
        const codes = packet?.granted;
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
  async close(deadlineMs: number): Promise<void> {
    if (this.#state === 'over') return;
    this.#state = 'over';
    const end = (): Promise<void> => this.#client.endAsync();
    const ended = this.#pausing === undefined ? end() : this.#pausing.then(end);
    await noLongerThan(this.#clock, deadlineMs, ended);
    this.destroy();
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
    this.#socket.writeWord(puback + messageId);
    done(keepSilent);
  }

  #listen(listener: Partial<MqttListener>): void {
    const client = this.#client;
    client.handleMessage = (packet: IPublishPacket, done) => {
      // A connection that has failed or is over may still have packets in its parser.
      if (!this.#acknowledges || this.#problem !== undefined || this.#state === 'over') {
        done(keepSilent);
        return;
      }
      this.received += 1;
      const { payload } = packet;
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      const pause = listener.onMessage?.(packet.topic, bytes, packet.qos, packet.retain);
      if (pause === undefined) this.#acknowledge(packet, done);
      else this.#pausing = this.#pause(pause, () => this.#acknowledge(packet, done));
    };
    client.on('packetsend', ({ cmd }) => {
      if (cmd !== 'pingreq') return;
      this.#answers.pingSent(this.#clock.monotonicMs());
      listener.onPing?.();
    });
    client.on('packetreceive', (packet) => {
      if (this.#problem !== undefined) return;
      this.#lastHeardMs = this.#clock.monotonicMs();
      if (packet.cmd === 'publish') return;
      if (packet.cmd === 'pingresp') {
        listener.onPong?.();
        this.#provenMs = this.#answers.pingAnswered() ?? this.#provenMs;
      }
      // mqtt.js itself says `connect` some ticks later, when messages may have passed already.
      else if (packet.cmd !== 'connack') this.#check(packet);
      // One that refuses says "no session" as well (MQTT 3.1.1, 3.2.2.2): nothing was begun, and nothing is over.
      else if (packet.returnCode === 0) {
        this.#provenMs = this.#lastHeardMs;
        listener.onConnack?.(packet.sessionPresent);
      }
    });
  }

  /** mqtt.js takes these without a word, though they say that the broker is no longer with us. */
  #check(packet: Packet): void {
    if (packet.cmd === 'disconnect') {
      this.#fail(new StreamError('the broker said DISCONNECT', { byBroker: true }));
    } else if (packet.messageId === undefined || this.#client.outgoing[packet.messageId] === undefined) {
      this.#fail(new StreamError(`the broker sent a ${packet.cmd.toUpperCase()} that answers nothing`));
    }
  }

  /** A broker that leaves SUBSCRIBE unanswered is not a connection to rely on. */
  async #answered<T>(start: RequestStart<T>): Promise<T> {
    const cancel = this.#clock.after(answerTimeoutMs, () => {
      this.#fail(new StreamError('the broker did not answer a subscription', { reason: 'timeout' }));
    });
    try {
      return await this.#request(start);
    } finally {
      cancel();
    }
  }

  #request<T>(start: RequestStart<T>): Promise<T> {
    // mqtt.js throws or stays silent on a client that has ended.
    if (this.#state !== 'open') return Promise.reject(this.#problem ?? new StreamError('the connection is closed'));
    return this.#answers.request(start);
  }

  /** Any protocol error ends the connection: mqtt.js would go on parsing a stream that no longer makes sense. */
  #fail(failure: StreamError): void {
    this.#problem ??= failure;
    this.#socket.stopReading();
    if (this.#state !== 'over') this.#client.end(true);
  }

  #finish(failure = new StreamError('the connection was closed')): void {
    this.#state = 'over';
    this.#answers.failAll(failure);
  }
}
