/**
 * What the life of one company's connection consists of: its states, what happens to it, and what is done about it. What
 * is wanted and what is are two things, and every attempt has a number, by which an answer that comes late is known.
 */

export type ConnectionState =
  | { readonly is: 'stopped' }
  /** No connection; attempt `attempt` is under way. */
  | Attempting<'connecting'>
  /** No connection; the next attempt comes with `retry`. */
  | Attempting<'waiting'>
  /** The log-in was refused: nothing is tried until someone asks anew. */
  | Attempting<'refused'>
  /** `attempt` is the live connection. */
  | Connected<'connected'>
  /** `attempt` is live, and its successor is being opened beside it. */
  | Renewing<'renewing'>
  /** `attempt` is live and complete; the older connection `old` still delivers beside it, and can be returned to. */
  | Overlapping<'overlapping'>
  /** Likewise, but `old` has begun to unsubscribe and can no longer be returned to. */
  | Overlapping<'draining'>
  /** Likewise, but the old connection was lost; `old` is the attempt to have its session bring what only that holds. */
  | Reclaiming<'reclaiming'>
  /** Only one connection may be there: the old one was closed and its session is being taken over. */
  | Attempting<'taking over'>;

export interface Attempting<Name extends string> {
  readonly is: Name;
  readonly attempt: number;
  /** Failures in a row. */
  readonly failures: number;
  /** Whether the last failure was followed by an attempt at once; the next one has to wait. */
  readonly hurried: boolean;
}

export interface Connected<Name extends string> {
  readonly is: Name;
  readonly attempt: number;
  readonly sinceMs: number;
  readonly failures: number;
  /** The highest number given to an attempt so far. */
  readonly lastAttempt: number;
  /** Renewals in a row that failed. */
  readonly failedRenewals: number;
}

export interface Renewing<Name extends string> extends Connected<Name> {
  readonly successor: number;
}

export interface Overlapping<Name extends string> extends Connected<Name> {
  readonly old: number;
}

export interface Reclaiming<Name extends string> extends Overlapping<Name> {
  readonly failedReclaims: number;
  /** Whether there is no attempt at present; the next one comes with `reclaim`. */
  readonly isWaiting: boolean;
}

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /** The connection of this attempt is open and every filter has its answer. */
  | { readonly type: 'opened'; readonly attempt: number; readonly atMs: number }
  | { readonly type: 'failed'; readonly attempt: number; readonly verdict: 'retry' | 'retry at once' | 'give up' }
  /**
   * A connection ended by itself. `isOwed`, if it is the older one of two: the broker keeps events for it that the newer
   * one will not bring.
   */
  | { readonly type: 'lost'; readonly attempt: number; readonly atMs: number; readonly isOwed: boolean }
  /** The wait is over. */
  | { readonly type: 'retry' }
  /** A new connection is due: the credentials or the day of the live one are running out. Its successor, or itself taken over if it is `alone`. */
  | { readonly type: 'renew'; readonly alone: boolean }
  /** What the renewal needs, new credentials, could not be had. */
  | { readonly type: 'not renewed' }
  /** The wait is over: the old connection's session is to be had once more. */
  | { readonly type: 'reclaim' }
  /** Both connections have run side by side for long enough. */
  | { readonly type: 'overlapped'; readonly attempt: number }
  /** The old connection has unsubscribed and delivered what was on its way. */
  | { readonly type: 'drained'; readonly attempt: number };

/** What a connection is opened as: the only one, the successor of one that is there, in the place of one that was closed for it, or to have the session of one that was lost bring what it holds. */
export type OpenedAs = 'initial' | 'successor' | 'takeover' | 'reclaim';

/** How a connection is closed, or an attempt given up. */
export type Closing = 'gracefully' | 'keeping the session' | 'at once';

/** What the stream has to do; in this order. */
export type ConnectionCommand =
  | { readonly do: 'open'; readonly attempt: number; readonly as: OpenedAs }
  /** Wait for the delay that belongs to this number of failures, then say what `until` names. */
  | { readonly do: 'wait'; readonly failures: number; readonly until: 'retry' | 'reclaim' }
  /** Wait likewise, then renew. */
  | { readonly do: 'wait to renew'; readonly failures: number }
  | { readonly do: 'close'; readonly attempt: number; readonly how: Closing };

export interface Step {
  readonly state: ConnectionState;
  readonly commands: readonly ConnectionCommand[];
}

export const stopped: ConnectionState = { is: 'stopped' };
