import type { ConnectionReason, OchnoErrorCode, Problem } from '../ochno-error';

/** What a connection test tries, in this order. */
export const connectionTestSteps = ['log-in', 'rest', 'credentials', 'stream'] as const;

/** What a stream has to do without under the account's policy at the broker. */
export const policyLimits = ['no-sessions', 'one-connection', 'narrow-filters'] as const;

/** How one step of a connection test went. */
export interface ConnectionTestStep {
  readonly step: (typeof connectionTestSteps)[number];
  readonly state: 'ok' | 'failed' | 'not tried';
  readonly reason?: ConnectionReason | OchnoErrorCode | undefined;
  readonly problem?: Problem | undefined;
  readonly statusCode?: number | undefined;
  /** The platform's own words. */
  readonly said?: string | undefined;
  readonly message?: string | undefined;
  /** With `stream`: what works without, which `message` says, too. */
  readonly limits?: readonly (typeof policyLimits)[number][] | undefined;
  /** With `rest`: the companies the account lists. */
  readonly companies?: readonly { readonly id: string; readonly name: string }[] | undefined;
}

/** All steps, where only the first so many were tried. */
export function wholeReport(tried: readonly ConnectionTestStep[]): readonly ConnectionTestStep[] {
  return connectionTestSteps.map((step, index) => tried[index] ?? { step, state: 'not tried' });
}
