import type { TimedCredentials } from './stream-credentials';

/** AWS IoT ends a WebSocket after 24 hours (its quota "WebSocket connection duration"); we are gone an hour before. */
const longestConnectionMs = 23 * 3_600_000;
/** Overlap and drain together take at most this share of the credentials' life, and at most this long. */
const handoverShare = 0.2;
const longestHandoverMs = 10_000;

export interface HandoverTimes {
  /** How long both connections run side by side. */
  readonly overlapMs: number;
  /** How long after one connection the other may bring the same event. Within the overlap, so that what only the old
   * connection could see is forgotten before it unsubscribes. */
  readonly matchWindowMs: number;
  /** How long the old connection may go on delivering after it has unsubscribed. */
  readonly drainMs: number;
}

/** How long the phases of a handover take for credentials of this life. */
export function handoverTimes(lifeMs: number): HandoverTimes {
  const budgetMs = Math.min(longestHandoverMs, lifeMs * handoverShare);
  return { overlapMs: budgetMs * 0.6, matchWindowMs: budgetMs * 0.5, drainMs: budgetMs * 0.35 };
}

/** When, in ms of the monotonic clock, a connection opened at `openedAtMs` needs a successor. */
export function successorDueMs(timed: TimedCredentials, openedAtMs: number): number {
  return Math.min(timed.renewAtMs, openedAtMs + longestConnectionMs);
}
