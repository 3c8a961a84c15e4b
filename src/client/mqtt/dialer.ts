import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StreamCredentials } from '../../protocol/stream/signed-url';
import type { NetworkOptions } from '../network/network-agent';
import type { Surroundings } from '../surroundings';
import type { MqttConnection, MqttListener } from './mqtt-connection';
import { StreamError, type StreamRemedy } from './stream-error';

interface DialerOptions extends Pick<Surroundings, 'clock' | 'log'> {
  readonly network: NetworkOptions;
  readonly keepaliveSeconds: number;
}

export interface DialOptions {
  readonly clientId: string;
  /** See `MqttSocketOptions.clean`. */
  readonly clean: boolean;
  /** Nobody hears what it leaves out. */
  readonly listener: Partial<MqttListener>;
}

/** From the look-up of the name to CONNACK. */
const connectTimeoutMs = 15_000;

/** Dials one MQTT connection: a fresh signature by the broker's clock, the way there, CONNECT and CONNACK. */
export class Dialer {
  readonly #options: DialerOptions;
  /** The broker's clock minus ours; 0 while that is good enough. */
  clockOffsetMs = 0;

  /** It will soon be dialled: what that takes is loaded meanwhile, beside the log-in. */
  constructor(options: DialerOptions) {
    this.#options = options;
    // What can't be loaded is told of by the attempt that needs it.
    loadAhead().catch(() => undefined);
  }

  /** @throws {StreamError | OchnoError} It never leaves a socket behind when it does. */
  async dial(
    credentials: StreamCredentials,
    { clientId, clean, listener }: DialOptions,
    signal: AbortSignal,
  ): Promise<MqttConnection> {
    const { clock, network, keepaliveSeconds } = this.#options;
    const { signStreamUrl } = await import('../../protocol/stream/signed-url');
    const { streamAgentFor } = await import('../network/network-agent');
    const { MqttConnection } = await import('./mqtt-connection');
    const signedAtMs = clock.now() + this.clockOffsetMs;
    const url = new URL(await signStreamUrl(credentials, new Date(signedAtMs)));
    const agent = streamAgentFor(url, network);
    return MqttConnection.open(
      { url, signedAtMs, clientId, clean, keepaliveSeconds, connectTimeoutMs, agent, listener },
      clock,
      signal,
    );
  }

  /** A connection could not be had. Corrects the clock if that is why; returns what else is to be done before the next attempt. */
  learnFrom(failure: unknown): StreamRemedy {
    if (!(failure instanceof StreamError)) return 'wait';
    if (failure.remedy === 'correct clock') this.#correctClock(failure.serverMs);
    return failure.remedy;
  }

  #correctClock(serverMs: number): void {
    const { clock, log } = this.#options;
    const offsetMs = serverMs - clock.now();
    this.clockOffsetMs = offsetMs;
    const minutes = Math.round(Math.abs(offsetMs) / 60_000);
    if (minutes < 2) {
      log.info("this computer's clock is right again: signing with its time");
      return;
    }
    const direction = offsetMs > 0 ? 'behind' : 'ahead of';
    log.warn(
      `this computer's clock is ${minutes} minutes ${direction} the stream's: signing with the corrected time; please set the clock`,
    );
  }
}

/** A part in each turn: what arrives meanwhile, such as the answer to the log-in, is heeded between them. */
async function loadAhead(): Promise<void> {
  await nextTurn();
  await import('../../protocol/stream/signed-url');
  await nextTurn();
  await import('./mqtt-connection');
  await import('mqtt');
}
