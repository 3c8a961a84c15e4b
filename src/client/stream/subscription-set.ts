import { packFilters } from '../../protocol/topics/subscription-plan';
import type { FilterQuarantine } from './filter-quarantine';

/** The part of an MQTT connection that subscribes. */
export interface Subscribing {
  subscribe(filters: readonly string[]): Promise<readonly number[]>;
  unsubscribe(filters: readonly string[]): Promise<void>;
}

const firstRefusal = 0x80;

/** What one connection is subscribed to, and the way from there to a new plan. */
export class SubscriptionSet {
  readonly #connection: Subscribing;
  readonly #quarantine: FilterQuarantine;
  readonly #now: () => number;
  readonly #refused: (filter: string) => void;
  readonly #held: Set<string>;
  /** Held as far as is known, but to be asked for once more. */
  readonly #unsure: Set<string>;
  /** Refused on this connection: asking again would only be refused again. */
  readonly #rejected = new Set<string>();
  #work: Promise<void> = Promise.resolve();

  /**
   * `held` is what a resumed session is subscribed to already; where that is in doubt, all that is still wanted is asked
   * for once more, which changes nothing where it was held (MQTT 3.1.1, 3.8.4).
   */
  constructor(
    connection: Subscribing,
    { filters, isDoubted }: { readonly filters: Iterable<string>; readonly isDoubted: boolean },
    dependencies: { quarantine: FilterQuarantine; now: () => number; refused: (filter: string) => void },
  ) {
    this.#connection = connection;
    this.#held = new Set(filters);
    this.#unsure = new Set(isDoubted ? this.#held : []);
    this.#quarantine = dependencies.quarantine;
    this.#now = dependencies.now;
    this.#refused = dependencies.refused;
  }

  /** The filters the broker has granted. */
  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /**
   * Makes the broker's subscriptions equal `plan`, what is new before what is no longer wanted. Resolves when the broker
   * has answered every packet, whether it granted or refused; rejects when the connection ends first.
   */
  apply(plan: readonly string[]): Promise<void> {
    const work = this.#work.then(() => this.#change(plan));
    // A later plan may still be carried out, or will fail for the same reason itself.
    this.#work = work.catch(() => undefined);
    return work;
  }

  async #change(plan: readonly string[]): Promise<void> {
    const wanted = new Set(plan);
    const missing = plan.filter((filter) => this.#isMissing(filter));
    await this.#subscribeAll(missing);
    const obsolete = [...this.#held].filter((filter) => !wanted.has(filter));
    await Promise.all(packFilters(obsolete).map((packet) => this.#unsubscribe(packet)));
  }

  #isMissing(filter: string): boolean {
    const isHeld = this.#held.has(filter) && !this.#unsure.has(filter);
    return !isHeld && !this.#rejected.has(filter) && !this.#quarantine.holds(filter, this.#now());
  }

  async #subscribeAll(filters: readonly string[]): Promise<void> {
    const suspects = filters.filter((filter) => this.#quarantine.suspects(filter));
    const others = filters.filter((filter) => !this.#quarantine.suspects(filter));
    await Promise.all(packFilters(others).map((packet) => this.#subscribe(packet)));
    for (const filter of suspects) await this.#subscribe([filter]);
  }

  async #subscribe(packet: readonly string[]): Promise<void> {
    this.#quarantine.sent(packet);
    const codes = await this.#connection.subscribe(packet);
    this.#quarantine.answered(packet);
    packet.forEach((filter, index) => {
      this.#unsure.delete(filter);
      if ((codes[index] ?? firstRefusal) < firstRefusal) {
        this.#held.add(filter);
        return;
      }
      this.#held.delete(filter);
      this.#rejected.add(filter);
      this.#refused(filter);
    });
  }

  async #unsubscribe(packet: readonly string[]): Promise<void> {
    await this.#connection.unsubscribe(packet);
    for (const filter of packet) this.#held.delete(filter);
  }
}
