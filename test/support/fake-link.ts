import { Arrivals, type EventReceivers, type KnownSessions } from '../../src/client/stream/arrivals';
import { type StreamConnection, StreamLink } from '../../src/client/stream/stream-link';
import { type Subscribing, SubscriptionSet } from '../../src/client/stream/subscription-set';
import type { Clock } from '../../src/client/time/clock';
import { RefusedFilters } from '../../src/protocol/connection/refused-filters';
import type { RedeliveryFilter } from '../../src/protocol/stream/redelivery';
import type { TimedCredentials } from '../../src/protocol/stream/stream-credentials';

/** An MQTT connection without a broker: it answers what the test says, at once unless it is told to wait. */
export class FakeConnection implements StreamConnection, Subscribing {
  isOpen = true;
  readonly sessionPresent: boolean;
  lastHeardMs = 0;
  /** If something that was heard had been on its way for long. */
  provenBeforeMs: number | undefined;
  received = 0;
  acknowledges = true;
  isDestroyed = false;
  /** Every SUBSCRIBE and UNSUBSCRIBE, as `+a,b` and `-a,b`. */
  readonly packets: string[] = [];
  readonly published: string[] = [];
  /** The answer to SUBSCRIBE for one filter. */
  codeOf: (filter: string) => number = () => 1;
  /** What holds answers back. */
  gate: Promise<void> = Promise.resolve();
  #isLost = false;
  #fail: (error: Error) => void = () => undefined;
  readonly #lost: Promise<never>;

  constructor({ sessionPresent = false } = {}) {
    this.sessionPresent = sessionPresent;
    this.#lost = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    this.#lost.catch(() => undefined);
  }

  get provenMs(): number {
    return this.provenBeforeMs ?? this.lastHeardMs;
  }

  /** The connection ends by itself: nothing is answered any more. */
  lose(error: Error): void {
    this.isOpen = false;
    this.#isLost = true;
    this.#fail(error);
  }

  async subscribe(filters: readonly string[]): Promise<readonly number[]> {
    this.packets.push(`+${filters.join()}`);
    await this.#answer();
    return filters.map((filter) => this.codeOf(filter));
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    this.packets.push(`-${filters.join()}`);
    await this.#answer();
  }

  ping(): Promise<void> {
    return this.#answer();
  }

  async publish(topic: string): Promise<void> {
    this.published.push(topic);
    await this.#answer();
  }

  stopAcknowledging(): void {
    this.acknowledges = false;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }

  destroy(): void {
    this.isOpen = false;
    this.isDestroyed = true;
  }

  async #answer(): Promise<void> {
    await Promise.race([this.#lost, this.gate]);
    // An answer that was on its way is lost with the connection.
    if (this.#isLost) await this.#lost;
  }
}

export interface FakeLinkOptions {
  readonly attempt?: number;
  readonly clientId?: string;
  /** A client id that the platform prescribes. */
  readonly pinnedId?: string;
  readonly token?: string;
  /** The platform's clock minus ours when the credentials were fetched. */
  readonly skewMs?: number;
  readonly lifeMs?: number;
  readonly keepsSession?: boolean;
  readonly arrivals?: Arrivals;
  /** What the session is subscribed to already. */
  readonly filters?: readonly string[];
}

const nobody: EventReceivers = { dispatch: () => 0, dispatchRetained: () => 0, plan: ['#'] };

/** What arrives goes to these receivers; by default to nobody. */
export function fakeArrivals(clock: Clock, receivers = nobody, known: Partial<KnownSessions> = {}): Arrivals {
  const sessions = { redeliveries: new Map<string, RedeliveryFilter>(), session: () => undefined, ...known };
  return new Arrivals(receivers, clock, () => undefined, sessions);
}

export function fakeCredentials({
  pinnedId,
  token = 'token',
  skewMs = 0,
  lifeMs = 3_600_000,
}: FakeLinkOptions): TimedCredentials {
  return {
    credentials: {
      ...{ accessKeyId: 'id', secretKey: 'secret', sessionToken: token },
      ...{ region: 'eu-west-1', host: 'stream.example', protocol: 'wss' },
      ...(pinnedId === undefined ? {} : { clientId: pinnedId }),
    },
    ...{ lifeMs, renewAtMs: 0.75 * lifeMs, endsAtMs: lifeMs, clockSkewMs: skewMs },
  };
}

/** One connection of a stream on top of a fake one. */
export function fakeLink(connection: FakeConnection, clock: Clock, options: FakeLinkOptions = {}): StreamLink {
  const { attempt = 1, clientId = 'client', filters = [], keepsSession = true } = options;
  const arrivals = options.arrivals ?? fakeArrivals(clock);
  const { sessionPresent } = connection;
  const inbox = arrivals.inbox({ clientId, sessionPresent, isSuccessor: false });
  const refused = new RefusedFilters(
    () => clock.monotonicMs(),
    () => undefined,
  );
  const subscriptions = new SubscriptionSet(connection, refused, {
    ...{ filters, unanswered: [], isDoubted: false, onChange: () => undefined },
    onClosed: (unanswered) => refused.closedOn(unanswered),
  });
  const timed = fakeCredentials(options);
  return new StreamLink({ attempt, clientId, timed, connection, inbox, subscriptions, keepsSession }, clock);
}
