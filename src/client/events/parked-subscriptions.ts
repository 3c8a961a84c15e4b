import type { OchnoError } from '../../protocol/ochno-error';
import type { PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import type { Clock } from '../time/clock';
import type { EventGap, PortSubscriber, UnreadableEvent } from './port-subscriber';
import type { Subscription } from './subscription';

/** A subscription in the dispatcher, and what takes it out of there. */
export interface Seat {
  readonly subscription: Subscription;
  readonly giveUp: () => void;
}

/** In a deploy of changed nodes each is closed moments before its successor is made; hundreds of them take longer. */
const absenceMs = 1_000;

/**
 * Keeps the seats of named subscribers that leave: what comes for one of them waits until it is back under its name, as
 * after a deploy that restarts its node and not the account, or until its time is over.
 */
export class AbsentSubscribers {
  readonly #clock: Clock;
  readonly #seats = new Map<string, Seat & { readonly vacancy: Vacancy; readonly cancel: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  leave(name: string, seat: Seat): void {
    this.#dismiss(name);
    const vacancy = new Vacancy();
    seat.subscription.hold();
    seat.subscription.handTo(vacancy);
    const cancel = this.#clock.after(absenceMs, () => {
      this.#seats.delete(name);
      seat.giveUp();
    });
    this.#seats.set(name, { ...seat, vacancy, cancel });
  }

  /** The seat that was kept for this name, if it is for the same ports; what has waited comes once its flow is there. */
  comeBack(name: string, selector: PortSelector, subscriber: PortSubscriber): Seat | undefined {
    const kept = this.#seats.get(name);
    if (kept === undefined) return undefined;
    if (placesOf(kept.subscription.selector) !== placesOf(selector)) {
      this.#dismiss(name);
      return undefined;
    }
    kept.cancel();
    this.#seats.delete(name);
    const { subscription, vacancy, giveUp } = kept;
    subscription.handTo(subscriber);
    // The nodes that the new one is wired to are made in the same turn, and some of them after it.
    setImmediate(() => {
      vacancy.tell(subscription);
      const hasLeftAgain = this.#seats.get(name)?.subscription === subscription;
      // With a snapshot they wait for that.
      if (!hasLeftAgain && subscriber.initial === 'none') subscription.release([]);
    });
    return { subscription, giveUp };
  }

  /** The stream is closed: nobody comes back to it. */
  close(): void {
    for (const { cancel } of this.#seats.values()) cancel();
    this.#seats.clear();
  }

  #dismiss(name: string): void {
    const kept = this.#seats.get(name);
    if (kept === undefined) return;
    kept.cancel();
    this.#seats.delete(name);
    kept.giveUp();
  }
}

/** Sits in for a subscriber that is away. Events wait in the subscription. */
class Vacancy implements PortSubscriber {
  readonly initial = 'none';
  readonly #news: ((subscription: Subscription) => void)[] = [];

  /** Passes on what was to be said meanwhile. */
  tell(subscription: Subscription): void {
    for (const tell of this.#news) tell(subscription);
  }

  onEvent(event: PortEvent): void {
    this.#news.push((subscription) => subscription.deliver(event));
  }

  onUnreadable(unreadable: UnreadableEvent): void {
    this.#news.push((subscription) => subscription.unreadable(unreadable));
  }

  onGap(gap: EventGap): void {
    this.#news.push((subscription) => subscription.gap(gap));
  }

  onRefused(error: OchnoError): void {
    this.#news.push((subscription) => subscription.refused(error));
  }
}

function placesOf({ company, locations, hubs, ports }: PortSelector): string {
  return JSON.stringify([company, locations, hubs, ports]);
}
