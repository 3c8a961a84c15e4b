import { copyJson, type PortEvent, readPayload } from '../../protocol/stream/port-event';
import { type TopicEntry, TopicTree } from '../../protocol/topics/topic-tree';
import type { Logger } from '../logger';
import type { Clock } from '../time/clock';
import { ExpiringMap } from '../time/expiring-map';
import type { Subscription } from './subscription';

/** An event that can't be read is worth a line of the log again after this, for each port and each problem. */
const toldForMs = 24 * 3_600_000;
/** What a broker keeps of a topic comes right after SUBACK; AWS IoT promises no order. */
const newForMs = 10_000;

/** Brings each event to the subscribers that want it: parsed once, and only when someone does. */
export class EventDispatcher {
  readonly #tree = new TopicTree<Subscription>();
  readonly #entries = new Map<Subscription, TopicEntry<Subscription>>();
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #toldOf: ExpiringMap<string>;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.#toldOf = new ExpiringMap({ clock, lifeMs: toldForMs });
  }

  get subscriptions(): Iterable<Subscription> {
    return this.#entries.keys();
  }

  add(subscription: Subscription): void {
    this.#entries.set(subscription, this.#tree.add(subscription.selector, subscription));
  }

  remove(subscription: Subscription): void {
    const entry = this.#entries.get(subscription);
    if (entry === undefined) return;
    this.#tree.remove(entry);
    this.#entries.delete(subscription);
  }

  /**
   * Returns to how many subscribers the event went. `queued`: the broker kept it while there was no connection. Never throws,
   * whatever a subscriber does.
   */
  dispatch(topic: string, bytes: Buffer, queued = false): number {
    // A topic that is not a port's has no match.
    const match = this.#tree.match(topic);
    if (match === undefined || match.listeners.length === 0) return 0;
    const { address, listeners } = match;
    const receivedAt = this.#clock.now();
    const reading = readPayload(bytes);
    if (!reading.ok) {
      const { error, problem } = reading;
      this.#tellOnce(`${topic} ${problem}`, error.message);
      for (const listener of listeners) {
        listener.unreadable({ topic, address, bytes: Buffer.from(bytes), receivedAt, error });
      }
      return listeners.length;
    }
    const last = listeners.at(-1);
    for (const listener of listeners) {
      // Copies cost; the last recipient can have the original.
      const data = listener === last ? reading.data : copyJson(reading.data);
      const event: PortEvent = { topic, address, data, receivedAt, kind: 'event' };
      listener.deliver(queued ? { ...event, queued } : event);
    }
    return listeners.length;
  }

  /** Twenty nodes and a sensor that says NaN every second make one line. */
  #tellOnce(kind: string, message: string): void {
    if (this.#toldOf.has(kind)) return;
    this.#toldOf.set(kind, true);
    this.#log.warn(`${kind.slice(0, kind.indexOf(' '))}: ${message}`);
  }

  /**
   * Brings what the broker keeps of a topic to those who have subscribed just now, as the port's present state. To the others
   * it is nothing new. Returns to how many it went.
   */
  dispatchRetained(topic: string, bytes: Buffer): number {
    const match = this.#tree.match(topic);
    const reading = readPayload(bytes);
    if (match === undefined || !reading.ok) return 0;
    const nowMs = this.#clock.monotonicMs();
    const isNew = ({ subscribed }: Subscription): boolean =>
      subscribed === undefined || nowMs - subscribed.atMs < newForMs;
    const listeners = match.listeners.filter(isNew);
    const receivedAt = this.#clock.now();
    for (const listener of listeners) {
      const data = copyJson(reading.data);
      listener.deliver({ topic, address: match.address, data, receivedAt, kind: 'snapshot' });
    }
    return listeners.length;
  }
}
