import { OchnoError } from '../../protocol/ochno-error';
import { filtersOverlap } from '../../protocol/topics/filter-overlap';
import { planSubscriptions } from '../../protocol/topics/subscription-plan';
import type { EventDispatcher } from './event-dispatcher';

/** Tells the subscribers that a refused topic filter serves, and no others. */
export function tellOfRefusal(dispatcher: EventDispatcher, filter: string, why: string): void {
  const error = new OchnoError('OCHNO_REFUSED', `the broker refused the subscription ${filter}: ${why}`, {
    reason: 'forbidden',
  });
  for (const subscription of dispatcher.subscriptions) {
    const own = planSubscriptions([subscription.selector]);
    if (own.some((other) => filtersOverlap(other, filter))) subscription.refused(error);
  }
}
