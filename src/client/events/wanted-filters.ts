import type { PortSelector } from '../../protocol/topics/address';
import { planPermitted, type SeveralConnections, type SubscriptionPlan } from '../../protocol/topics/subscription-plan';

interface WantedFiltersOptions {
  /** What each subscriber selects. */
  readonly selectors: () => Iterable<PortSelector>;
  /** The filters that the broker refuses at present. */
  readonly refused: () => ReadonlySet<string>;
  /** Where the company has more than one connection. */
  readonly several?: (() => SeveralConnections | undefined) | undefined;
  /** Called for each new plan, within a turn of the event loop after `changed`. */
  readonly onPlan: (plan: SubscriptionPlan) => void;
}

/** The topic filters that cover what all subscribers want. Many come and go in one turn: one plan serves them all. */
export class WantedFilters {
  readonly #options: WantedFiltersOptions;
  /** As worked out last. */
  plan: readonly string[] = [];
  #isStale = false;

  constructor(options: WantedFiltersOptions) {
    this.#options = options;
  }

  /** A subscriber came or went, or the broker refused something. */
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
    const { selectors, refused, several, onPlan } = this.#options;
    const plan = planPermitted(selectors(), refused(), several?.());
    this.plan = plan.filters;
    onPlan(plan);
    return this.plan;
  }
}
