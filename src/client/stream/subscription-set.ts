import { mostFilters, packFilters } from '../../protocol/topics/subscription-plan';
import { StreamError } from '../mqtt/stream-error';
import type { RefusedFilters } from './stream-policy';

/** The part of an MQTT connection that subscribes. */
export interface Subscribing {
  subscribe(filters: readonly string[]): Promise<readonly number[]>;
  unsubscribe(filters: readonly string[]): Promise<void>;
}

export interface SubscriptionSetOptions {
  /** What a resumed session is subscribed to already. */
  readonly filters: readonly string[];
  /** Where that is not certain all that is still wanted is asked for once more, which changes nothing if it was held (MQTT 3.1.1, 3.8.4). */
  readonly isDoubted: boolean;
  /** Is told what is held after each answer. */
  readonly onChange: (held: readonly string[]) => void;
  /** The broker closed the connection while these had no answer. */
  readonly onClosed: (unanswered: readonly string[]) => void;
}

const firstRefusal = 0x80;

/** What one connection is subscribed to, and the way from there to a new plan. */
export class SubscriptionSet {
  readonly #connection: Subscribing;
  readonly #refused: RefusedFilters;
  readonly #onChange: SubscriptionSetOptions['onChange'];
  readonly #onClosed: SubscriptionSetOptions['onClosed'];
  readonly #held: Set<string>;
  /** Held as far as is known, but to be asked for once more. */
  readonly #unsure: Set<string>;
  /** The packets that have no answer yet. */
  readonly #asked = new Set<readonly string[]>();
  #work: Promise<void> = Promise.resolve();

  constructor(connection: Subscribing, refused: RefusedFilters, options: SubscriptionSetOptions) {
    const { filters, isDoubted, onChange, onClosed } = options;
    this.#connection = connection;
    this.#refused = refused;
    this.#held = new Set(filters);
    this.#unsure = new Set(isDoubted ? filters : []);
    this.#onChange = onChange;
    this.#onClosed = onClosed;
  }

  /** The filters the broker has granted. */
  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /** Whether the broker owes the answer to a SUBSCRIBE. */
  get isAsking(): boolean {
    return this.#asked.size > 0;
  }

  /**
   * Makes the broker's subscriptions equal `plan`, what is new before what is no longer wanted, which stays if something
   * was refused: that gives another plan. Resolves when the broker has answered every packet, whether it granted or
   * refused; rejects when the connection ends first.
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
    const obsolete = [...this.#held].filter((filter) => !wanted.has(filter));
    // AWS IoT closes the connection on the 51st subscription.
    const isTooMuch = this.#held.size + missing.length > mostFilters;
    if (isTooMuch) await this.#unsubscribeAll(obsolete);
    await this.#subscribeAll(missing);
    // What was to take their place was refused: until the plan that leaves it out, they bring what they can.
    const isRefused = missing.some((filter) => !this.#held.has(filter));
    if (!isTooMuch && !isRefused) await this.#unsubscribeAll(obsolete);
  }

  #isMissing(filter: string): boolean {
    return !this.#held.has(filter) || this.#unsure.has(filter);
  }

  async #subscribeAll(filters: readonly string[]): Promise<void> {
    const suspects = filters.filter((filter) => this.#refused.suspects(filter));
    const others = filters.filter((filter) => !this.#refused.suspects(filter));
    await Promise.all(packFilters(others).map((packet) => this.#subscribe(packet)));
    for (const filter of suspects) await this.#subscribe([filter]);
  }

  async #subscribe(packet: readonly string[]): Promise<void> {
    this.#asked.add(packet);
    const codes = await this.#answerTo(packet);
    const refused = packet.filter((_filter, index) => (codes[index] ?? firstRefusal) >= firstRefusal);
    this.#refused.answered(packet, refused);
    for (const filter of packet) {
      this.#unsure.delete(filter);
      if (refused.includes(filter)) this.#held.delete(filter);
      else this.#held.add(filter);
    }
    this.#onChange([...this.#held]);
  }

  async #answerTo(packet: readonly string[]): Promise<readonly number[]> {
    try {
      return await this.#connection.subscribe(packet);
    } catch (error) {
      // Of packets that fail together the first one speaks for all.
      const unanswered = [...this.#asked].flat();
      this.#asked.clear();
      if (error instanceof StreamError && error.byBroker) this.#onClosed(unanswered);
      throw error;
    } finally {
      this.#asked.delete(packet);
    }
  }

  async #unsubscribeAll(filters: readonly string[]): Promise<void> {
    await Promise.all(packFilters(filters).map((packet) => this.#unsubscribe(packet)));
  }

  async #unsubscribe(packet: readonly string[]): Promise<void> {
    await this.#connection.unsubscribe(packet);
    for (const filter of packet) this.#held.delete(filter);
    this.#onChange([...this.#held]);
  }
}
