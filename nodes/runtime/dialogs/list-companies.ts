import { type Clock, systemClock } from '../../../src/client/time/clock';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { backoffDelayMs } from '../../../src/protocol/stream/backoff';
import type { Account } from '../account/account';

/** How the companies are asked for again after a failure. */
export interface ListingDependencies {
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** What becomes of asking for the companies; neither may throw. */
export interface ListingOutcome {
  found(companies: readonly string[]): void;
  /** It failed; said once, however often it is tried again. */
  failed(error: Error): void;
}

/**
 * Asks the account which companies it lists, again and again until it says; not again where its log-in is refused.
 *
 * @returns gives up
 */
export function listCompanies(
  account: Account,
  outcome: ListingOutcome,
  { clock = systemClock, random = Math.random }: ListingDependencies = {},
): () => void {
  let ended = false;
  let cancelRetry: (() => void) | undefined;
  const fail = (error: unknown, count: number): void => {
    if (ended) return;
    if (count === 1) outcome.failed(error instanceof Error ? error : new Error(String(error)));
    if (error instanceof OchnoError && error.code === 'OCHNO_LOGIN') return;
    cancelRetry = clock.after(backoffDelayMs(count, random()), () => attempt(count + 1));
  };
  const attempt = (count: number): void => {
    account.companies().then(
      (companies) => {
        if (!ended) outcome.found(companies);
      },
      (error: unknown) => fail(error, count),
    );
  };
  attempt(1);
  return () => {
    ended = true;
    cancelRetry?.();
  };
}
