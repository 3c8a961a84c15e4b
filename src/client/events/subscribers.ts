import { OchnoError } from '../../protocol/ochno-error';
import type { PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import { filtersAsked, type SeveralConnections, type SubscriptionPlan } from '../../protocol/topics/subscription-plan';
import type { Logger } from '../logger';
import type { Surroundings } from '../surroundings';
import type { Clock } from '../time/clock';
import { EventDispatcher } from './event-dispatcher';
import { PacedRelease } from './paced-release';
import { ParkedSubscriptions } from './parked-subscriptions';
import type { EventGap, HeldSubscription, PortSubscriber } from './port-subscriber';
import { SnapshotQueue } from './snapshot-queue';
import { Subscription } from './subscription';
import { WantedFilters } from './wanted-filters';

interface SubscribersOptions extends Pick<Surroundings, 'clock' | 'log'> {
  /** Reads the present state of all ports that these select. */
  readonly readSnapshot: (selectors: readonly PortSelector[]) => Promise<Iterable<PortEvent>>;
  /** The topic filters that the broker refuses at present, each with the reason as a sentence for who asked for it. */
  readonly refusals: () => ReadonlyMap<string, string>;
  /** Where the company has more than one connection. */
  readonly several?: (() => SeveralConnections | undefined) | undefined;
  /** Called for each new plan, at the end of the turn in which somebody came or went. */
  readonly onPlan: () => void;
}

/** What a broker keeps of a topic comes right after SUBACK; AWS IoT promises no order. */
const newForMs = 10_000;

const noRoom =
  'AWS IoT takes 50 subscriptions on a connection, and the account may not subscribe to more at once by a wider one; raise Connections in the account or choose fewer hubs';
const overlaps =
  'it overlaps what another node asks for, and the account may not read a filter that covers both; choose the same locations or hubs in both';

/** Everyone who wants events of a company's ports: what they want together, and what is brought to each. */
export class Subscribers {
  readonly #log: Logger;
  readonly #dispatcher: EventDispatcher;
  readonly #wanted: WantedFilters;
  readonly #releases = new PacedRelease();
  readonly #parked: ParkedSubscriptions;
  readonly #snapshots: SnapshotQueue;
  readonly #refusals: SubscribersOptions['refusals'];
  readonly #clock: Clock;
  /** Those whose first subscription the broker has not answered yet. */
  readonly #unanswered = new Set<Subscription>();
  /** What each was told that it does not get. */
  readonly #toldOf = new WeakMap<Subscription, Set<string>>();
  /** What is left out, with the reason, though it is not refused. */
  #leftOut: ReadonlyMap<string, string> = new Map();
  #isClosed = false;

  constructor({ readSnapshot, clock, log, refusals, several, onPlan }: SubscribersOptions) {
    this.#log = log;
    this.#clock = clock;
    this.#refusals = refusals;
    this.#dispatcher = new EventDispatcher(clock, log);
    this.#wanted = new WantedFilters({
      selectors: () => [...this.#dispatcher.subscriptions].map(({ selector }) => selector),
      refused: () => new Set(refusals().keys()),
      several,
      onPlan: (plan) => {
        this.#leftOut = new Map([
          ...plan.unfit.map((filter) => [filter, noRoom] as const),
          ...plan.overlapping.map((filter) => [filter, overlaps] as const),
        ]);
        this.#tellOfRefused(plan);
        onPlan();
      },
    });
    this.#parked = new ParkedSubscriptions(clock, this.#releases, (subscription) => this.#remove(subscription));
    this.#snapshots = new SnapshotQueue({ read: readSnapshot, releases: this.#releases, log });
  }

  /** The topic filters that cover what all want, as worked out last. */
  get plan(): readonly string[] {
    return this.#wanted.plan;
  }

  /** The broker refuses other filters than before: at the end of the turn there is a new plan. */
  replan(): void {
    this.#wanted.changed();
  }

  /** The same as wanted this moment. */
  planNow(): readonly string[] {
    return this.#wanted.planNow();
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
    if (subscription.initial !== 'none') this.#snapshots.add(subscription);
    this.#wanted.changed();
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
    const nowMs = this.#clock.monotonicMs();
    return this.#dispatcher.dispatchRetained(
      topic,
      bytes,
      ({ subscribed }) => subscribed === undefined || nowMs - subscribed.atMs < newForMs,
    );
  }

  /** Tells everyone that events may have been missed. */
  gap(gap: EventGap): void {
    for (const subscription of this.#dispatcher.subscriptions) subscription.gap(gap);
  }

  /** There will be a new connection: the live events of those who want a snapshot at each wait for it from now on. */
  awaitSnapshots(): void {
    for (const subscription of this.#dispatcher.subscriptions) {
      if (subscription.initial === 'connect') this.#snapshots.add(subscription);
    }
  }

  /** The broker has answered every subscription: those who wait for a snapshot get it, and then what came meanwhile. */
  subscribed(): Promise<void> {
    const subscribed = { atMs: this.#clock.monotonicMs() };
    for (const subscription of this.#unanswered) subscription.subscribed = subscribed;
    this.#unanswered.clear();
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

  #tellOfRefused({ refused }: SubscriptionPlan): void {
    if (refused.length === 0) return;
    const refusals = this.#refusals();
    this.#tell(
      new Map(refused.map((filter) => [filter, refusals.get(filter) ?? 'the account may not read all of it'])),
    );
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
    const subscription = new Subscription(selector, subscriber, this.#log, this.#leave);
    this.#dispatcher.add(subscription);
    this.#unanswered.add(subscription);
    return subscription;
  }

  /** Its subscriber has left. */
  readonly #leave = (subscription: Subscription): void => {
    const { name } = subscription;
    this.#snapshots.remove(subscription);
    this.#releases.remove(subscription);
    if (name === undefined || this.#isClosed) this.#remove(subscription);
    else this.#parked.park(name, subscription);
  };

  #remove(subscription: Subscription): void {
    this.#unanswered.delete(subscription);
    this.#dispatcher.remove(subscription);
    this.#wanted.changed();
  }
}
