import type { PortSelector } from '../../protocol/topics/address';
import type { Clock } from '../time/clock';
import type { PacedRelease } from './paced-release';
import type { PortSubscriber } from './port-subscriber';
import type { Subscription } from './subscription';

interface ParkedSubscription {
  readonly subscription: Subscription;
  readonly cancel: () => void;
}

/** In a deploy of changed nodes each is closed moments before its successor is made; hundreds of them take longer. */
const parkingMs = 1_000;

/**
 * The subscriptions of named subscribers that have left: what comes for one of them waits until somebody is back under
 * its name, as after a deploy that restarts its node and not the account, or until its time is over.
 */
export class ParkedSubscriptions {
  readonly #clock: Clock;
  readonly #releases: PacedRelease;
  readonly #end: (subscription: Subscription) => void;
  readonly #byName = new Map<string, ParkedSubscription>();

  /** @param end called with each that nobody has come back to */
  constructor(clock: Clock, releases: PacedRelease, end: (subscription: Subscription) => void) {
    this.#clock = clock;
    this.#releases = releases;
    this.#end = end;
  }

  park(name: string, subscription: Subscription): void {
    this.#discard(name);
    this.#releases.remove(subscription);
    subscription.park();
    const cancel = this.#clock.after(parkingMs, () => this.#discard(name));
    this.#byName.set(name, { subscription, cancel });
  }

  /** The subscription parked under this name, if it is for the same ports; what has waited comes once the flow is there. */
  unpark(name: string, selector: PortSelector, subscriber: PortSubscriber): Subscription | undefined {
    const parked = this.#byName.get(name);
    if (parked === undefined) return undefined;
    const { subscription, cancel } = parked;
    if (portsOf(subscription.selector) !== portsOf(selector)) {
      this.#discard(name);
      return undefined;
    }
    cancel();
    this.#byName.delete(name);
    subscription.subscriber = subscriber;
    // It comes after this turn, in which the nodes are made that the new one is wired to. With a snapshot it waits for that.
    if (subscriber.initial === 'none') this.#releases.add(subscription);
    return subscription;
  }

  /** The stream is closed: nobody comes back to it. */
  close(): void {
    for (const { cancel } of this.#byName.values()) cancel();
    this.#byName.clear();
  }

  #discard(name: string): void {
    const parked = this.#byName.get(name);
    if (parked === undefined) return;
    parked.cancel();
    this.#byName.delete(name);
    this.#end(parked.subscription);
  }
}

function portsOf({ company, locations, hubs, ports }: PortSelector): string {
  return JSON.stringify([company, locations, hubs, ports]);
}
