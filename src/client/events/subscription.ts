import type { OchnoError } from '../../protocol/ochno-error';
import type { PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import type { Logger } from '../logger';
import type { EventGap, PortSubscriber, UnreadableEvent } from './port-subscriber';

/** More than this waits in memory while a snapshot is read; the oldest then go first. */
const mostHeldEvents = 10_000;

/**
 * A subscriber in its place: its selector, and the events held back while its snapshot is being read. What a subscriber
 * throws ends here: one broken flow must neither keep anything from the others nor harm the connection.
 */
export class Subscription {
  readonly selector: PortSelector;
  #subscriber: PortSubscriber;
  readonly #log: Logger;
  #held: PortEvent[] | undefined;
  /** When the first and the last event came that were too many to hold. */
  #dropped: { readonly from: number; readonly to: number } | undefined;

  constructor(selector: PortSelector, subscriber: PortSubscriber, log: Logger) {
    this.selector = selector;
    this.#subscriber = subscriber;
    this.#log = log;
  }

  get initial(): PortSubscriber['initial'] {
    return this.#subscriber.initial;
  }

  /** Whoever had it has left; from now on it is this one's. */
  handTo(subscriber: PortSubscriber): void {
    this.#subscriber = subscriber;
  }

  /** From now on live events wait until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Delivers the snapshot, then what has waited. */
  release(snapshot: readonly PortEvent[]): void {
    const held = this.#held ?? [];
    const dropped = this.#dropped;
    this.#held = undefined;
    this.#dropped = undefined;
    for (const event of snapshot) this.deliver(event);
    if (dropped !== undefined) this.gap({ company: this.selector.company, ...dropped });
    for (const event of held) this.deliver(event);
  }

  deliver(event: PortEvent): void {
    if (this.#held !== undefined) {
      this.#hold(this.#held, event);
      return;
    }
    try {
      this.#subscriber.onEvent(event);
    } catch (error) {
      this.#failed(`an event on ${JSON.stringify(event.topic)}`, error);
    }
  }

  unreadable(unreadable: UnreadableEvent): void {
    try {
      this.#subscriber.onUnreadable(unreadable);
    } catch (error) {
      this.#failed(`an unreadable event on ${JSON.stringify(unreadable.topic)}`, error);
    }
  }

  gap(gap: EventGap): void {
    try {
      this.#subscriber.onGap(gap);
    } catch (error) {
      this.#failed('a gap', error);
    }
  }

  refused(refusal: OchnoError): void {
    try {
      this.#subscriber.onRefused(refusal);
    } catch (error) {
      this.#failed('a refused subscription', error);
    }
  }

  #hold(held: PortEvent[], event: PortEvent): void {
    held.push(event);
    const oldest = held.length > mostHeldEvents ? held.shift() : undefined;
    if (oldest === undefined) return;
    this.#dropped = { from: this.#dropped?.from ?? oldest.receivedAt, to: oldest.receivedAt };
  }

  #failed(what: string, error: unknown): void {
    this.#log.error(`${what} could not be handed to a flow: ${String(error)}`);
  }
}
