import type { OchnoError } from '../../protocol/ochno-error';
import type { PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import type { Logger } from '../logger';
import type { EventGap, HeldSubscription, PortSubscriber, UnreadableEvent } from './port-subscriber';

/** Something to be told to a subscriber. */
type News =
  | { readonly is: 'event'; readonly event: PortEvent }
  | { readonly is: 'unreadable'; readonly unreadable: UnreadableEvent }
  | { readonly is: 'gap'; readonly gap: EventGap }
  | { readonly is: 'refusal'; readonly refusal: OchnoError };

const names = { unreadable: 'an unreadable event', gap: 'a gap', refusal: 'a refused subscription' };
/** More than this waits in memory for a subscriber; the oldest then go first. */
const mostHeld = 10_000;

/**
 * What one subscriber wants and is told. While its snapshot is being read, or while nobody is there (see
 * `ParkedSubscriptions`), all of it waits in one queue, in the order in which it came. What a subscriber throws ends
 * here: one broken flow must neither keep anything from the others nor harm the connection.
 */
export class Subscription implements HeldSubscription {
  readonly selector: PortSelector;
  readonly isOnlooker: boolean;
  /** None while the subscription is parked. */
  subscriber: PortSubscriber | undefined;
  /** When the broker had answered its first subscription, on the monotonic clock; one object for all of one answer. */
  subscribed: { readonly atMs: number } | undefined;
  readonly #log: Logger;
  readonly #onEnd: (subscription: Subscription) => void;
  #held: News[] | undefined;
  /** From when to when that came which was too much to hold. */
  #dropped: { readonly from: number; readonly to: number } | undefined;

  /** @param onEnd called when its subscriber leaves */
  constructor(
    selector: PortSelector,
    subscriber: PortSubscriber,
    log: Logger,
    onEnd: (subscription: Subscription) => void = () => undefined,
  ) {
    this.selector = selector;
    this.isOnlooker = subscriber.isOnlooker ?? false;
    this.subscriber = subscriber;
    this.#log = log;
    this.#onEnd = onEnd;
  }

  end(): void {
    this.#onEnd(this);
  }

  /** Its subscriber has left: everything waits until there is another one and `release` is called. */
  park(): void {
    this.hold();
    this.subscriber = undefined;
  }

  /** From now on live events wait until they are released. */
  hold(): void {
    this.#held ??= [];
  }

  /** Whether live events wait. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /**
   * Tells at most so much of what has waited, the oldest first. When nothing is left, nothing waits any more. Returns how
   * much was told.
   */
  release(most: number): number {
    const held = this.#held;
    if (held === undefined) return 0;
    let told = 0;
    while (told < most && this.subscriber !== undefined) {
      const news = this.#takeDropped() ?? held.shift();
      if (news === undefined) break;
      this.#tell(news);
      told += 1;
    }
    if (held.length === 0 && this.subscriber !== undefined) this.#held = undefined;
    return told;
  }

  /** An event of the snapshot that live events wait for. */
  snapshot(event: PortEvent): void {
    this.#tell({ is: 'event', event });
  }

  deliver(event: PortEvent): void {
    this.#tellOrHold({ is: 'event', event });
  }

  unreadable(unreadable: UnreadableEvent): void {
    this.#tellOrHold({ is: 'unreadable', unreadable });
  }

  gap(gap: EventGap): void {
    // There is no need to wait for a snapshot if nothing came before the gap.
    this.#tellOrHold({ is: 'gap', gap }, this.#held?.length === 0);
  }

  /** A refusal has no place among the events, and may be why no snapshot comes: it waits for a subscriber only. */
  refused(refusal: OchnoError): void {
    this.#tellOrHold({ is: 'refusal', refusal }, true);
  }

  /** @param isUrgent it waits for nothing but a subscriber */
  #tellOrHold(news: News, isUrgent = false): void {
    const held = this.#held;
    if (held === undefined || (isUrgent && this.subscriber !== undefined)) {
      this.#tell(news);
      return;
    }
    held.push(news);
    if (held.length <= mostHeld) return;
    // The few refusals among it outlive the events.
    const oldest = held.findIndex(({ is }) => is !== 'refusal');
    for (const dropped of held.splice(oldest, 1)) this.#drop(dropped);
  }

  #tell(news: News): void {
    try {
      if (news.is === 'event') this.subscriber?.onEvent(news.event);
      else if (news.is === 'unreadable') this.subscriber?.onUnreadable(news.unreadable);
      else if (news.is === 'gap') this.subscriber?.onGap(news.gap);
      else this.subscriber?.onRefused(news.refusal);
    } catch (error) {
      const what = news.is === 'event' ? `an event on ${JSON.stringify(news.event.topic)}` : names[news.is];
      this.#log.error(`${what} could not be handed to a flow: ${String(error)}`);
    }
  }

  #takeDropped(): News | undefined {
    const dropped = this.#dropped;
    this.#dropped = undefined;
    return dropped && { is: 'gap', gap: { company: this.selector.company, ...dropped } };
  }

  #drop(news: News): void {
    const span = spanOf(news);
    if (span === undefined) return;
    const { from, to } = this.#dropped ?? span;
    this.#dropped = { from: Math.min(from, span.from), to: Math.max(to, span.to) };
  }
}

/** The time that a gap has to cover where this is not told. */
function spanOf(news: News): { readonly from: number; readonly to: number } | undefined {
  if (news.is === 'event') return { from: news.event.receivedAt, to: news.event.receivedAt };
  if (news.is === 'unreadable') return { from: news.unreadable.receivedAt, to: news.unreadable.receivedAt };
  return news.is === 'gap' ? news.gap : undefined;
}
