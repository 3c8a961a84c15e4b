import { OchnoError } from '../../protocol/ochno-error';
import type { PortSelector } from '../../protocol/topics/address';
import { filtersAsked, planPermitted, type SeveralConnections } from '../../protocol/topics/subscription-plan';
import type { Surroundings } from '../surroundings';
import { EventDispatcher } from './event-dispatcher';
import { PacedRelease } from './paced-release';
import { ParkedSubscriptions } from './parked-subscriptions';
import type { EventGap, HeldSubscription, PortSubscriber } from './port-subscriber';
import { SnapshotQueue, type SnapshotReader } from './snapshot-queue';
import { Subscription } from './subscription';

interface SubscribersOptions extends Pick<Surroundings, 'clock' | 'log'> {
  readonly readSnapshot: SnapshotReader;
  /** The topic filters that the broker refuses at present, each with the reason as a sentence for who asked for it. */
  readonly refusals: () => ReadonlyMap<string, string>;
  /** Where the company has more than one connection. */
  readonly several?: (() => SeveralConnections | undefined) | undefined;
  /** Called for each new plan, at the end of the turn in which somebody came or went. */
  readonly onPlan: () => void;
}

const noRoom =
  'AWS IoT takes 50 subscriptions on a connection, and the account may not subscribe to more at once by a wider one; raise Connections in the account or choose fewer hubs';
const overlaps =
  'it overlaps what another node asks for, and the account may not read a filter that covers both; choose the same locations or hubs in both';
const notPermitted = 'the account may not read all of it';

/** Everyone who wants events of a company's ports: what they want together, and what is brought to each. */
export class Subscribers {
  readonly #options: SubscribersOptions;
  readonly #dispatcher: EventDispatcher;
  readonly #releases = new PacedRelease();
  readonly #parked: ParkedSubscriptions;
  readonly #snapshots: SnapshotQueue;
  /** What each was told that it does not get. */
  readonly #toldOf = new WeakMap<Subscription, Set<string>>();
  #plan: readonly string[] = [];
  #isPlanStale = false;
  /** What is left out, with the reason, though it is not refused. */
  #leftOut: ReadonlyMap<string, string> = new Map();
  #isClosed = false;

  constructor(options: SubscribersOptions) {
    const { readSnapshot, clock, log } = options;
    this.#options = options;
    this.#dispatcher = new EventDispatcher(clock, log);
    this.#parked = new ParkedSubscriptions(clock, this.#releases, (subscription) => this.#remove(subscription));
    this.#snapshots = new SnapshotQueue(readSnapshot, this.#releases, log);
  }

  /** The topic filters that cover what all want, as worked out last. */
  get plan(): readonly string[] {
    return this.#plan;
  }

  /**
   * Somebody came or went, or the broker refuses other filters than before: at the end of the turn there is a new plan. Many
   * come and go in one turn: one plan serves them all.
   */
  replan(): void {
    if (this.#isPlanStale) return;
    this.#isPlanStale = true;
    setImmediate(() => {
      this.planNow();
    });
  }

  /** The plan as wanted this moment; there is no need to wait for the end of the turn. */
  planNow(): readonly string[] {
    if (!this.#isPlanStale) return this.#plan;
    this.#isPlanStale = false;
    const { several, onPlan } = this.#options;
    const refusals = this.#options.refusals();
    const selectors = [...this.#dispatcher.subscriptions].map(({ selector }) => selector);
    const { filters, refused, unfit, overlapping } = planPermitted(selectors, new Set(refusals.keys()), several?.());
    this.#plan = filters;
    this.#leftOut = new Map([
      ...unfit.map((filter) => [filter, noRoom] as const),
      ...overlapping.map((filter) => [filter, overlaps] as const),
    ]);
    this.#tell(new Map(refused.map((filter) => [filter, refusals.get(filter) ?? notPermitted])));
    onPlan();
    return this.#plan;
  }

  /** The filters that were asked for, but for what onlookers have asked for. */
  get asked(): readonly string[] {
    const flows = [...this.#dispatcher.subscriptions].filter(({ isOnlooker }) => !isOnlooker);
    return flows.flatMap(({ selector }) => filtersAsked(selector));
  }

  add(selector: PortSelector, subscriber: PortSubscriber): HeldSubscription {
    const subscription = this.#subscriptionFor(selector, subscriber);
    // Whoever had it was told; this one was not.
    this.#toldOf.delete(subscription);
    if (subscriber.initial !== 'none') this.#snapshots.add(subscription);
    this.replan();
    return subscription;
  }

  /**
   * Brings one message to everyone who wants its topic; `queued` if the broker kept it while there was no connection.
   * Returns to how many it went; never throws.
   */
  dispatch(topic: string, bytes: Buffer, queued: boolean): number {
    return this.#dispatcher.dispatch(topic, bytes, queued);
  }

  /** Brings what the broker keeps of a topic to those who have subscribed just now, as the port's present state. */
  dispatchRetained(topic: string, bytes: Buffer): number {
    return this.#dispatcher.dispatchRetained(topic, bytes);
  }

  /** Tells everyone that events may have been missed. */
  gap(gap: EventGap): void {
    for (const subscription of this.#dispatcher.subscriptions) subscription.gap(gap);
  }

  /** There will be a new connection: the live events of those who want a snapshot at each wait for it from now on. */
  awaitSnapshots(): void {
    for (const subscription of this.#dispatcher.subscriptions) {
      if (subscription.subscriber?.initial === 'connect') this.#snapshots.add(subscription);
    }
  }

  /** The broker has answered every subscription: those who wait for a snapshot get it, and then what came meanwhile. */
  subscribed(): Promise<void> {
    const subscribed = { atMs: this.#options.clock.monotonicMs() };
    for (const subscription of this.#dispatcher.subscriptions) subscription.subscribed ??= subscribed;
    // Until the broker has answered, what makes others not fit may yet be refused itself.
    this.#tell(this.#leftOut);
    return this.#snapshots.deliver();
  }

  /** The stream is over: nobody's subscription is kept for them any more. */
  close(): void {
    this.#isClosed = true;
    this.#snapshots.clear();
    this.#releases.clear();
    this.#parked.close();
  }

  /** Tells those who asked for what they do not get, each once, and no others. */
  #tell(left: ReadonlyMap<string, string>): void {
    if (left.size === 0) return;
    for (const subscription of this.#dispatcher.subscriptions) {
      const told = this.#toldOf.get(subscription) ?? new Set();
      for (const filter of filtersAsked(subscription.selector)) {
        const reason = left.get(filter);
        if (reason === undefined || told.has(filter)) continue;
        this.#toldOf.set(subscription, told.add(filter));
        const message = `the subscription ${filter} was refused: ${reason}`;
        subscription.refused(new OchnoError('OCHNO_REFUSED', message, { reason: 'forbidden' }));
      }
    }
  }

  #subscriptionFor(selector: PortSelector, subscriber: PortSubscriber): Subscription {
    const { name } = subscriber;
    const parked = name === undefined ? undefined : this.#parked.unpark(name, selector, subscriber);
    if (parked !== undefined) return parked;
    const subscription = new Subscription(selector, subscriber, this.#options.log, this.#leave);
    this.#dispatcher.add(subscription);
    return subscription;
  }

  /** Its subscriber has left. */
  readonly #leave = (subscription: Subscription): void => {
    const name = subscription.subscriber?.name;
    this.#snapshots.remove(subscription);
    this.#releases.remove(subscription);
    if (name === undefined || this.#isClosed) this.#remove(subscription);
    else this.#parked.park(name, subscription);
  };

  #remove(subscription: Subscription): void {
    this.#dispatcher.remove(subscription);
    this.replan();
  }
}
