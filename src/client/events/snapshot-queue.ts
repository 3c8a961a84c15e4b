import { setImmediate as nextTurn } from 'node:timers/promises';
import { reasonOf } from '../../protocol/json/quoted';
import { OchnoError } from '../../protocol/ochno-error';
import { copyJson, type PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import { TopicTree } from '../../protocol/topics/topic-tree';
import type { Logger } from '../logger';
import { eventsPerTurn, type PacedRelease } from './paced-release';
import type { Subscription } from './subscription';

/** Reads the present state of all ports that these select. */
export type SnapshotReader = (selectors: readonly PortSelector[]) => Promise<Iterable<PortEvent>>;

/**
 * Gives subscribers the ports' present state before live events go on: holds their events back, reads the state once
 * for all who wait, brings it to them port by port, and lets their events go on. If the state can't be read the events
 * go on without it.
 */
export class SnapshotQueue {
  readonly #read: SnapshotReader;
  readonly #releases: PacedRelease;
  readonly #log: Logger;
  /** Those who wait until the broker has answered their subscription. */
  readonly #waiting = new Set<Subscription>();
  /** Those for whom the state can be read: no change of it would be missed. */
  readonly #due = new Set<Subscription>();
  /** Those for whom it is being read or to whom it is being brought. */
  readonly #served = new Set<Subscription>();
  readonly #stages = [this.#waiting, this.#due, this.#served];
  #isServing = false;

  constructor(read: SnapshotReader, releases: PacedRelease, log: Logger) {
    this.#read = read;
    this.#releases = releases;
    this.#log = log;
  }

  /** From now on the subscription's live events wait for its snapshot. */
  add(subscription: Subscription): void {
    this.remove(subscription);
    this.#releases.remove(subscription);
    subscription.hold();
    this.#waiting.add(subscription);
  }

  remove(subscription: Subscription): void {
    for (const stage of this.#stages) stage.delete(subscription);
  }

  /** Nobody gets anything any more. */
  clear(): void {
    for (const stage of this.#stages) stage.clear();
  }

  /** The broker has answered the subscriptions of all who wait now. */
  async deliver(): Promise<void> {
    for (const subscription of this.#waiting) this.#due.add(subscription);
    this.#waiting.clear();
    if (this.#isServing) return;
    this.#isServing = true;
    while (this.#due.size > 0) {
      for (const subscription of this.#due) this.#served.add(subscription);
      this.#due.clear();
      await this.#serve();
    }
    this.#isServing = false;
  }

  async #serve(): Promise<void> {
    try {
      const selectors = [...this.#served].map(({ selector }) => selector);
      await this.#bring(await this.#read(selectors));
    } catch (error) {
      const isClosed = error instanceof OchnoError && error.code === 'OCHNO_CLOSED';
      const problem = `the ports' present state could not be read (${reasonOf(error)})`;
      if (!isClosed) this.#log.warn(`${problem}; live events go on without it`);
    }
    for (const subscription of this.#served) this.#releases.add(subscription);
    this.#served.clear();
  }

  /** Copies are made one by one: together they would take more memory than there may be. */
  async #bring(events: Iterable<PortEvent>): Promise<void> {
    const tree = new TopicTree<Subscription>();
    for (const subscription of this.#served) tree.add(subscription.selector, subscription);
    let inThisTurn = 0;
    /** A port counts as well as each copy of it: of very many, nobody may want one. */
    const isTurnOver = (): boolean => {
      inThisTurn += 1;
      return inThisTurn % eventsPerTurn === 0;
    };
    for (const event of events) {
      if (isTurnOver()) await nextTurn();
      for (const subscription of tree.match(event.topic)?.listeners ?? []) {
        // One that left meanwhile, or waits for another snapshot, wants nothing of this one any more.
        if (!this.#served.has(subscription)) continue;
        subscription.snapshot({ ...event, data: copyJson(event.data) });
        if (isTurnOver()) await nextTurn();
      }
    }
  }
}
