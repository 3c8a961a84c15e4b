import type { OchnoError } from '../../protocol/ochno-error';
import type { PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import type { Logger } from '../logger';
import type { EventGap, PortSubscriber, UnreadableEvent } from './port-subscriber';

/** Something to be told to a subscriber. */
type News =
  | { readonly is: 'event'; readonly event: PortEvent }
  | { readonly is: 'unreadable'; readonly unreadable: UnreadableEvent }
  | { readonly is: 'gap'; readonly gap: EventGap }
  | { readonly is: 'refusal'; readonly refusal: OchnoError };

/** More than this waits in memory for a subscriber; the oldest then go first. */
const mostHeld = 10_000;

/**
 * What one subscriber wants and is told. While its snapshot is being read, or while nobody is there (see
 * `ParkedSubscriptions`), all of it waits in one queue, in the order in which it came. What a subscriber throws ends
 * here: one broken flow must neither keep anything from the others nor harm the connection.
 */
export class Subscription {
  readonly selector: PortSelector;
  readonly #log: Logger;
  /** None while the subscription is parked. */
  #subscriber: PortSubscriber | undefined;
  #held: News[] | undefined;
  /** From when to when that came which was too much to hold. */
  #dropped: { readonly from: number; readonly to: number } | undefined;

  constructor(selector: PortSelector, subscriber: PortSubscriber, log: Logger) {
    this.selector = selector;
    this.#subscriber = subscriber;
    this.#log = log;
  }

  get initial(): PortSubscriber['initial'] {
    return this.#subscriber?.initial ?? 'none';
  }

  /** Its subscriber has left: everything waits until there is another one and `release` is called. */
  park(): void {
    this.hold();
    this.#subscriber = undefined;
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
    for (const news of held) this.#tell(news);
  }

  deliver(event: PortEvent): void {
    if (this.#held !== undefined) {
      this.#hold(this.#held, { is: 'event', event });
      return;
    }
    try {
      this.#subscriber?.onEvent(event);
    } catch (error) {
      this.#failed(`an event on ${JSON.stringify(event.topic)}`, error);
    }
  }

  unreadable(unreadable: UnreadableEvent): void {
    if (this.#held !== undefined) {
      this.#hold(this.#held, { is: 'unreadable', unreadable });
      return;
    }
    try {
      this.#subscriber?.onUnreadable(unreadable);
    } catch (error) {
      this.#failed(`an unreadable event on ${JSON.stringify(unreadable.topic)}`, error);
    }
  }

  gap(gap: EventGap): void {
    // There is no need to wait for a snapshot if nothing came before the gap.
    if (this.#held !== undefined && (this.#subscriber === undefined || this.#held.length > 0)) {
      this.#hold(this.#held, { is: 'gap', gap });
      return;
    }
    try {
      this.#subscriber?.onGap(gap);
    } catch (error) {
      this.#failed('a gap', error);
    }
  }

  /** A refusal belongs to no place among the events, and may be why no snapshot comes: it waits for a subscriber only. */
  refused(refusal: OchnoError): void {
    if (this.#held !== undefined && this.#subscriber === undefined) {
      this.#hold(this.#held, { is: 'refusal', refusal });
      return;
    }
    try {
      this.#subscriber?.onRefused(refusal);
    } catch (error) {
      this.#failed('a refused subscription', error);
    }
  }

  #tell(news: News): void {
    if (news.is === 'event') this.deliver(news.event);
    else if (news.is === 'unreadable') this.unreadable(news.unreadable);
    else if (news.is === 'gap') this.gap(news.gap);
    else this.refused(news.refusal);
  }

  #hold(held: News[], news: News): void {
    held.push(news);
    if (held.length <= mostHeld) return;
    // The few refusals among it outlive the events.
    const oldest = held.splice(
      held.findIndex(({ is }) => is !== 'refusal'),
      1,
    )[0];
    if (oldest !== undefined) this.#drop(oldest);
  }

  #drop(news: News): void {
    const span = spanOf(news);
    if (span === undefined) return;
    const { from, to } = this.#dropped ?? span;
    this.#dropped = { from: Math.min(from, span.from), to: Math.max(to, span.to) };
  }

  #failed(what: string, error: unknown): void {
    this.#log.error(`${what} could not be handed to a flow: ${String(error)}`);
  }
}

/** The time that a gap has to cover where this is not told. */
function spanOf(news: News): { readonly from: number; readonly to: number } | undefined {
  if (news.is === 'event') return { from: news.event.receivedAt, to: news.event.receivedAt };
  if (news.is === 'unreadable') return { from: news.unreadable.receivedAt, to: news.unreadable.receivedAt };
  return news.is === 'gap' ? news.gap : undefined;
}
