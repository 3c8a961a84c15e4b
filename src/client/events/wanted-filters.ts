import { planSubscriptions } from '../../protocol/topics/subscription-plan';
import type { Subscription } from './subscription';

/** The topic filters that cover what all subscribers want. Many come and go in one turn: one plan serves them all. */
export class WantedFilters {
  readonly #subscriptions: ReadonlySet<Subscription>;
  readonly #onPlan: () => void;
  /** As worked out last. */
  plan: readonly string[] = [];
  #isStale = false;

  /** `onPlan` is called for each new plan, within a turn of the event loop after `changed`. */
  constructor(subscriptions: ReadonlySet<Subscription>, onPlan: () => void) {
    this.#subscriptions = subscriptions;
    this.#onPlan = onPlan;
  }

  /** A subscriber came or went. */
  changed(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    setImmediate(() => {
      this.planNow();
    });
  }

  /** As wanted this moment; there is no need to wait for the end of the turn. */
  planNow(): readonly string[] {
    if (!this.#isStale) return this.plan;
    this.#isStale = false;
    this.plan = planSubscriptions([...this.#subscriptions].map(({ selector }) => selector));
    this.#onPlan();
    return this.plan;
  }
}
