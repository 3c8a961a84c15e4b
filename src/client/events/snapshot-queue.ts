import { copyJson, type PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import { TopicTree } from '../../protocol/topics/topic-tree';
import type { Logger } from '../logger';
import type { Subscription } from './subscription';

/**
 * Gives subscribers the ports' present state before live events go on: holds their events back, reads the state once
 * for all who wait, delivers it, and lets the events go on. If the state can't be read the events go on without it.
 */
export class SnapshotQueue {
  readonly #read: (selectors: readonly PortSelector[]) => Promise<readonly PortEvent[]>;
  readonly #log: Logger;
  readonly #waiting = new Set<Subscription>();
  #reading = false;

  constructor(read: (selectors: readonly PortSelector[]) => Promise<readonly PortEvent[]>, log: Logger) {
    this.#read = read;
    this.#log = log;
  }

  /** From now on the subscription's live events wait for its snapshot. */
  add(subscription: Subscription): void {
    subscription.hold();
    this.#waiting.add(subscription);
  }

  remove(subscription: Subscription): void {
    this.#waiting.delete(subscription);
  }

  /** Everything that waits is subscribed at the broker by now: no change can be missed any more. */
  async deliver(): Promise<void> {
    if (this.#reading || this.#waiting.size === 0) return;
    this.#reading = true;
    const subscriptions = [...this.#waiting];
    let events: readonly PortEvent[] = [];
    try {
      events = await this.#read(subscriptions.map(({ selector }) => selector));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn(`the ports' present state could not be read (${reason}); live events go on without it`);
    }
    this.#reading = false;
    this.#release(subscriptions, events);
    await this.deliver();
  }

  #release(subscriptions: readonly Subscription[], events: readonly PortEvent[]): void {
    const tree = new TopicTree<Subscription>();
    const snapshots = new Map<Subscription, PortEvent[]>();
    for (const subscription of subscriptions) {
      // One that left while the state was read wants nothing any more.
      if (!this.#waiting.delete(subscription)) continue;
      tree.add(subscription.selector, subscription);
      snapshots.set(subscription, []);
    }
    for (const event of events) {
      for (const subscription of tree.match(event.topic)?.listeners ?? []) {
        snapshots.get(subscription)?.push({ ...event, data: copyJson(event.data) });
      }
    }
    for (const [subscription, snapshot] of snapshots) subscription.release(snapshot);
  }
}
