import type { RefusedFilters } from '../../protocol/connection/refused-filters';
import { apartFrom, beyond, wouldDouble } from '../../protocol/topics/plan-change';
import { mostFilters, packFilters } from '../../protocol/topics/subscription-plan';
import { StreamError } from '../mqtt/stream-error';
import type { Clock } from '../time/clock';
import { noLongerThan } from '../time/no-longer-than';

/** The part of an MQTT connection that subscribes. */
export interface Subscribing {
  subscribe(filters: readonly string[]): Promise<readonly number[]>;
  unsubscribe(filters: readonly string[]): Promise<void>;
}

export interface SubscriptionSetOptions {
  /** What a resumed session is subscribed to already. */
  readonly filters: readonly string[];
  /** What it may be subscribed to as well: an earlier connection had no answer to it. Is asked for once more, too. */
  readonly unanswered: readonly string[];
  /** Where that is not certain all that is still wanted is asked for once more, which changes nothing if it was held (MQTT 3.1.1, 3.8.4). */
  readonly isDoubted: boolean;
  /** Is told what is held for certain, and what has no answer yet, before each packet and after its answer. */
  readonly onChange: (held: readonly string[], unanswered: readonly string[]) => void;
  /** The broker closed the connection while these had no answer. */
  readonly onClosed: (unanswered: readonly string[]) => void;
}

const firstRefusal = 0x80;

/** What one connection is subscribed to, and the way from there to a new plan. */
export class SubscriptionSet {
  readonly #connection: Subscribing;
  readonly #refused: RefusedFilters;
  readonly #onChange: SubscriptionSetOptions['onChange'];
  readonly #onClosed: SubscriptionSetOptions['onClosed'];
  readonly #held: Set<string>;
  /** Held as far as is known, but to be asked for once more. */
  readonly #unsure: Set<string>;
  /** The packets that have no answer yet. */
  readonly #asked = new Set<readonly string[]>();
  /** What was asked for or let go of and has no answer: should the connection end, nobody knows what became of it. */
  readonly #unanswered: Set<string>;
  #work: Promise<void> = Promise.resolve();

  constructor(connection: Subscribing, refused: RefusedFilters, options: SubscriptionSetOptions) {
    const { filters, isDoubted, onChange, onClosed, unanswered } = options;
    this.#connection = connection;
    this.#refused = refused;
    this.#held = new Set([...filters, ...unanswered]);
    this.#unsure = new Set(isDoubted ? this.#held : unanswered);
    this.#unanswered = new Set(unanswered);
    this.#onChange = onChange;
    this.#onClosed = onClosed;
  }

  /** The filters the broker has granted. */
  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /** Whether the broker has confirmed that nothing is. */
  get isEmpty(): boolean {
    return this.#held.size === 0 && this.#unanswered.size === 0;
  }

  /** Whether the broker owes the answer to a SUBSCRIBE. */
  get isAsking(): boolean {
    return this.#asked.size > 0;
  }

  /**
   * Makes the broker's subscriptions equal `plan`, what is new before what is no longer wanted, which stays if something
   * was refused: that gives another plan. Resolves when the broker has answered every packet, whether it granted or
   * refused; rejects when the connection ends first.
   *
   * @param mayDouble if not, and an event could come twice meanwhile, only what can't double one is subscribed to; the answer is false
   */
  apply(plan: readonly string[], mayDouble = false): Promise<boolean> {
    return this.#after(async () => {
      const isInTheWay = !mayDouble && wouldDouble(this.#held, plan);
      await (isInTheWay ? this.#subscribeAll(this.#apartIn(plan)) : this.#change(plan));
      return !isInTheWay;
    });
  }

  /** The same on the older of two connections, for whose end there may be other reasons: no filter is blamed for a refusal or a close. Never rejects. */
  add(plan: readonly string[]): Promise<void> {
    return this.#after(() => this.#add(this.#apartIn(plan))).catch(() => undefined);
  }

  #after<T>(change: () => Promise<T>): Promise<T> {
    const work = this.#work.then(change);
    // A later plan may still be carried out, or will fail for the same reason itself.
    this.#work = work.then(() => undefined).catch(() => undefined);
    return work;
  }

  #apartIn(plan: readonly string[]): readonly string[] {
    return apartFrom([...this.#held], plan).slice(0, mostFilters - this.#held.size);
  }

  async #add(filters: readonly string[]): Promise<void> {
    await Promise.all(
      packFilters(filters).map(async (packet) => this.#answered(packet, await this.#answerTo(packet, false))),
    );
  }

  async #change(plan: readonly string[]): Promise<void> {
    const missing = plan.filter((filter) => !this.#held.has(filter) || this.#unsure.has(filter));
    const obsolete = [...this.#held].filter((filter) => !plan.includes(filter));
    // AWS IoT closes the connection on the 51st subscription.
    const isTooMuch = this.#held.size + missing.length > mostFilters;
    if (isTooMuch) await this.#unsubscribeAll(obsolete);
    await this.#subscribeAll(missing);
    // What was to take their place was refused: until the plan that leaves it out, they bring what they can.
    const isRefused = missing.some((filter) => !this.#held.has(filter));
    if (!isTooMuch && !isRefused) await this.#unsubscribeAll(obsolete);
  }

  async #subscribeAll(filters: readonly string[]): Promise<void> {
    const suspects = filters.filter((filter) => this.#refused.suspects(filter));
    const others = filters.filter((filter) => !this.#refused.suspects(filter));
    await Promise.all(packFilters(others).map((packet) => this.#subscribe(packet)));
    for (const filter of suspects) await this.#subscribe([filter]);
  }

  async #subscribe(packet: readonly string[]): Promise<void> {
    this.#refused.answered(packet, this.#answered(packet, await this.#answerTo(packet)));
  }

  /** Takes note of what is held by this answer. Returns what it refuses. */
  #answered(packet: readonly string[], codes: readonly number[]): readonly string[] {
    const refused = packet.filter((_filter, index) => (codes[index] ?? firstRefusal) >= firstRefusal);
    for (const filter of packet) {
      this.#unsure.delete(filter);
      this.#unanswered.delete(filter);
      if (refused.includes(filter)) this.#held.delete(filter);
      else this.#held.add(filter);
    }
    this.#tell();
    return refused;
  }

  /** A packet is sent: until its answer nobody knows what of it the session has. */
  #leaves(packet: readonly string[]): void {
    for (const filter of packet) this.#unanswered.add(filter);
    this.#tell();
  }

  #tell(): void {
    const certain = [...this.#held].filter((filter) => !this.#unanswered.has(filter));
    this.#onChange(certain, [...this.#unanswered]);
  }

  async #answerTo(packet: readonly string[], blames = true): Promise<readonly number[]> {
    this.#asked.add(packet);
    this.#leaves(packet);
    try {
      return await this.#connection.subscribe(packet);
    } catch (error) {
      // Of packets that fail together the first one speaks for all.
      const unanswered = [...this.#asked].flat();
      this.#asked.clear();
      if (blames && error instanceof StreamError && error.byBroker) this.#onClosed(unanswered);
      throw error;
    } finally {
      this.#asked.delete(packet);
    }
  }

  async #unsubscribeAll(filters: readonly string[]): Promise<void> {
    await Promise.all(packFilters(filters).map((packet) => this.#unsubscribe(packet)));
  }

  async #unsubscribe(packet: readonly string[]): Promise<void> {
    this.#leaves(packet);
    await this.#connection.unsubscribe(packet);
    for (const filter of packet) for (const filters of [this.#held, this.#unanswered]) filters.delete(filter);
    this.#tell();
  }
}

/** What of a connection matters here. */
export interface SubscribedConnection {
  readonly subscriptions: SubscriptionSet;
  /** Whether its client id is prescribed, and there can be no other beside it. */
  readonly isPinned: boolean;
}

/** The connections of a stream, as `ConnectionKeeper` has them. */
export interface SubscribedConnections<Connection> {
  readonly live: Connection | undefined;
  /** In a renewal the one before it, whose session goes on if both end. */
  readonly older: Connection | undefined;
  /** Whether the live one is alone, and none is on its way. */
  readonly isConnected: boolean;
  isAlone(live: Connection): boolean;
  replace(live: Connection): void;
}

export interface WantedSubscriptionsParts<Connection> {
  /** The filters wanted, as worked out last and as of this moment. */
  readonly audience: { readonly plan: readonly string[]; planNow(): readonly string[] };
  readonly refused: Pick<RefusedFilters, 'isTrial'>;
  readonly clock: Clock;
  readonly connections: SubscribedConnections<Connection>;
  /** What the session is subscribed to that goes on if every connection ends. */
  readonly inSession: () => readonly string[];
  /** Everything wanted has its answer; the live connection holds these. */
  readonly onSubscribed: (held: ReadonlySet<string>) => void;
}

/** A line that has stalled holds nothing up for longer. */
const longestForOlderMs = 1_000;

/** Sees to it that what a stream's audience wants is subscribed on its connections. */
export class WantedSubscriptions<Connection extends SubscribedConnection> {
  readonly #parts: WantedSubscriptionsParts<Connection>;
  /** Those who wait for the subscriptions. */
  readonly #waiting: (() => void)[] = [];
  /** How often they were woken. */
  #wakes = 0;
  #isStale = false;

  constructor(parts: WantedSubscriptionsParts<Connection>) {
    this.#parts = parts;
  }

  /** Others are wanted than before, or on another connection. */
  changed(): void {
    const { audience, connections, refused } = this.#parts;
    const { live, isConnected } = connections;
    // A filter that may be refused again takes the place of none that is held. There is another plan when it is known.
    if (live === undefined || refused.isTrial(audience.plan)) return;
    // While two connections are there both have to follow; the plan is applied again when one is left.
    this.#isStale = !isConnected || this.#needsSuccessor(live);
    this.#apply(live).then(
      (plan) => this.#applied(live, plan),
      // The connection ended; the next one begins with the plan of its time.
      () => undefined,
    );
  }

  /** One connection is left. */
  catchUp(): void {
    if (this.#isStale) this.changed();
  }

  /** Resolves when everything wanted now has its answer, with `inSession` also in the session that goes on should all connections end. */
  async settled(inSession: boolean): Promise<void> {
    const { audience, connections, inSession: filtersInSession } = this.#parts;
    for (;;) {
      const wakes = this.#wakes;
      const plan = audience.planNow();
      const { live } = connections;
      if (live !== undefined) {
        try {
          const isInSession = (): boolean => live.isPinned || beyond(plan, filtersInSession()).length === 0;
          if ((await this.#apply(live)) && (!inSession || isInSession())) return;
        } catch {
          // The connection ended meanwhile; the next one subscribes to the whole plan before it counts as open.
        }
      }
      // Perhaps it has come to be possible meanwhile.
      if (wakes === this.#wakes) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** There is a new live connection or another state of it, or the broker refuses other filters. */
  wake(): void {
    this.#wakes += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /**
   * Has the connections subscribed to the plan. Of two the older one comes first: its session goes on if both are lost, and what
   * the newer one brings is waited for on it. Returns the plan, or nothing if some of it has to wait.
   */
  async #apply(live: Connection): Promise<readonly string[] | undefined> {
    const { audience, clock, connections, refused } = this.#parts;
    const { older } = connections;
    if (older !== undefined) await noLongerThan(clock, longestForOlderMs, older.subscriptions.add(audience.plan));
    const { plan } = audience;
    const isWhole = !refused.isTrial(plan) && (await live.subscriptions.apply(plan, connections.isAlone(live)));
    return isWhole ? plan : undefined;
  }

  #applied(live: Connection, plan: readonly string[] | undefined): void {
    const { audience, connections, onSubscribed, refused } = this.#parts;
    if (connections.live !== live) return;
    if (plan !== undefined && plan === audience.planNow()) onSubscribed(live.subscriptions.held);
    if (plan !== undefined || !connections.isConnected || refused.isTrial(audience.plan)) return;
    if (this.#needsSuccessor(live)) connections.replace(live);
  }

  /** Whether going over to the plan on one connection could double an event. */
  #needsSuccessor(live: Connection): boolean {
    const { audience, connections } = this.#parts;
    return !connections.isAlone(live) && wouldDouble(live.subscriptions.held, audience.plan);
  }
}
