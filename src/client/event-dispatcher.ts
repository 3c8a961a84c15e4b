import type { PortSelector } from '../protocol/address';
import { copyJson, type PortEvent, readPayload } from '../protocol/port-event';
import { TopicTree } from '../protocol/topic-tree';
import type { Logger } from './logger';
import type { PortSubscriber } from './port-subscriber';

/** More than this waits in memory while a snapshot is read; the oldest then go first. */
const mostHeldEvents = 10_000;

/** A subscriber in its place: its selector, and the events held back while its snapshot is being read. */
export class Subscription {
  readonly selector: PortSelector;
  readonly subscriber: PortSubscriber;
  #held: PortEvent[] | undefined;

  constructor(selector: PortSelector, subscriber: PortSubscriber) {
    this.selector = selector;
    this.subscriber = subscriber;
  }

  /** From now on live events wait until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Delivers the snapshot, then what has waited. */
  release(snapshot: readonly PortEvent[]): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of snapshot) this.subscriber.onEvent(event);
    for (const event of held) this.subscriber.onEvent(event);
  }

  deliver(event: PortEvent): void {
    if (this.#held === undefined) {
      this.subscriber.onEvent(event);
      return;
    }
    this.#held.push(event);
    if (this.#held.length > mostHeldEvents) this.#held.shift();
  }
}

/** Brings each event to the subscribers that want it: parsed once, and only when someone does. */
export class EventDispatcher {
  readonly #tree = new TopicTree<Subscription>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #now: () => number;
  readonly #log: Logger;
  /** Events on topics of a shape that is not a port's. */
  strayEvents = 0;

  constructor(now: () => number, log: Logger) {
    this.#now = now;
    this.#log = log;
  }

  get subscriptions(): ReadonlySet<Subscription> {
    return this.#subscriptions;
  }

  add(subscription: Subscription): () => void {
    const remove = this.#tree.add(subscription.selector, subscription);
    this.#subscriptions.add(subscription);
    return () => {
      remove();
      this.#subscriptions.delete(subscription);
    };
  }

  /** Returns to how many subscribers the event went. Never throws, whatever a subscriber does. */
  dispatch(topic: string, bytes: Buffer): number {
    const match = this.#tree.match(topic);
    if (match === undefined) {
      this.strayEvents += 1;
      return 0;
    }
    const { address, listeners } = match;
    const count = listeners.length;
    if (count === 0) return 0;
    const reading = readPayload(bytes);
    if (!reading.ok) {
      const { error } = reading;
      this.#each(listeners, ({ subscriber }) =>
        subscriber.onUnreadable({ topic, address, bytes: Buffer.from(bytes), error }),
      );
      return count;
    }
    const receivedAt = this.#now();
    const last = count - 1;
    for (let index = 0; index < count; index += 1) {
      // Copies cost; the last recipient can have the original.
      const data = index === last ? reading.data : copyJson(reading.data);
      const listener = listeners[index];
      try {
        listener?.deliver({ topic, address, data, receivedAt, kind: 'event' });
      } catch (error) {
        this.#log.error(`an event on ${JSON.stringify(topic)} could not be handed to a flow: ${String(error)}`);
      }
    }
    return count;
  }

  #each(listeners: readonly Subscription[], act: (listener: Subscription) => void): void {
    for (const listener of listeners) {
      try {
        act(listener);
      } catch (error) {
        this.#log.error(`a subscriber failed: ${String(error)}`);
      }
    }
  }
}
