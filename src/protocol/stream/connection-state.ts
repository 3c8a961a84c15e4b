/**
 * The life of one company's connection as a pure function: what is wanted and what is are two things, and every attempt
 * has a number, by which an answer that comes late is known.
 */

/** A connection that has been up this long was a good one: the next loss starts again with the shortest delay. */
export const provenAfterMs = 30_000;

/** An old connection's session is given up after so many attempts to have it: with the waits between them, after minutes. */
export const mostReclaims = 10;

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
  | (Connected<'renewing'> & { readonly successor: number })
  /** `attempt` is live and complete; the older connection `old` still delivers beside it, and can be returned to. */
  | Overlapping<'overlapping'>
  /** Likewise, but `old` has begun to unsubscribe and can no longer be returned to. */
  | Overlapping<'draining'>
  /** Likewise, but the old connection was lost; `old` is the attempt to have its session bring what only that holds. */
  | Reclaiming
  /** Only one connection may be there: the old one was closed and its session is being taken over. */
  | Attempting<'taking over'>;

interface Attempting<Name extends string> {
  readonly is: Name;
  readonly attempt: number;
  /** Failures in a row. */
  readonly failures: number;
  /** Whether the last failure was followed by an attempt at once; the next one has to wait. */
  readonly hurried: boolean;
}

interface Connected<Name extends string> {
  readonly is: Name;
  readonly attempt: number;
  readonly sinceMs: number;
  readonly failures: number;
  /** The highest number given to an attempt so far. */
  readonly lastAttempt: number;
  /** Renewals in a row that failed. */
  readonly failedRenewals: number;
}

type Reclaiming = Overlapping<'reclaiming'> & {
  readonly failedReclaims: number;
  /** Whether there is no attempt at present; the next one comes with `reclaim`. */
  readonly isWaiting: boolean;
};

type Overlapping<Name extends string> = Connected<Name> & { readonly old: number };

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

/** What the stream has to do; in this order. */
export type ConnectionCommand =
  | { readonly do: 'open'; readonly attempt: number; readonly as: 'initial' | 'successor' | 'takeover' | 'reclaim' }
  /** Wait for the delay that belongs to this number of failures, then say `retry`. */
  | { readonly do: 'wait'; readonly failures: number }
  /** Wait likewise, then renew. */
  | { readonly do: 'wait to renew'; readonly failures: number }
  /** Wait likewise, then say `reclaim`. */
  | { readonly do: 'wait to reclaim'; readonly failures: number }
  | {
      readonly do: 'close';
      readonly attempt: number;
      readonly how: 'gracefully' | 'keeping the session' | 'at once';
    };

export interface Step {
  readonly state: ConnectionState;
  readonly commands: readonly ConnectionCommand[];
}

export const stopped: ConnectionState = { is: 'stopped' };

/** The next state and what is to be done. An event that does not fit the state changes nothing. */
export function next(state: ConnectionState, event: ConnectionEvent): Step {
  switch (event.type) {
    case 'start':
      return start(state);
    case 'stop':
      return stop(state);
    case 'retry':
      return state.is === 'waiting' ? open(state, 'initial') : same(state);
    case 'opened':
      return opened(state, event.attempt, event.atMs);
    case 'failed':
      return failed(state, event.attempt, event.verdict);
    case 'lost':
      return lost(state, event);
    case 'renew':
      return renew(state, event.alone);
    case 'not renewed':
      return state.is === 'connected' ? notRenewed(state) : same(state);
    case 'reclaim':
      return state.is === 'reclaiming' && state.isWaiting ? reclaim(state, state.failedReclaims) : same(state);
    case 'overlapped':
      return overlapped(state, event.attempt);
    case 'drained':
      return drained(state, event.attempt);
  }
}

function start(state: ConnectionState): Step {
  if (state.is === 'stopped') return open({ attempt: 0, failures: 0, hurried: false }, 'initial');
  if (state.is === 'refused') return open({ ...state, failures: 0, hurried: false }, 'initial');
  return same(state);
}

function stop(state: ConnectionState): Step {
  return {
    state: stopped,
    commands: connectionsOf(state).map((attempt) => ({ do: 'close', attempt, how: 'gracefully' })),
  };
}

/** Every attempt that holds or may soon hold a socket, the older first. */
function connectionsOf(state: ConnectionState): readonly number[] {
  switch (state.is) {
    case 'connecting':
    case 'taking over':
    case 'connected':
      return [state.attempt];
    case 'renewing':
      return [state.attempt, state.successor];
    case 'overlapping':
    case 'draining':
    case 'reclaiming':
      return [state.old, state.attempt];
    default:
      return [];
  }
}

function opened(state: ConnectionState, attempt: number, sinceMs: number): Step {
  if ((state.is === 'connecting' || state.is === 'taking over') && attempt === state.attempt) {
    const { failures } = state;
    return {
      state: { is: 'connected', attempt, sinceMs, failures, lastAttempt: attempt, failedRenewals: 0 },
      commands: [],
    };
  }
  if (state.is === 'renewing' && attempt === state.successor) {
    const { attempt: old, failures, lastAttempt } = state;
    return {
      state: { is: 'overlapping', attempt, old, sinceMs, failures, lastAttempt, failedRenewals: 0 },
      commands: [],
    };
  }
  if (state.is === 'reclaiming' && attempt === state.old) {
    const { failedReclaims: _failedReclaims, isWaiting: _isWaiting, ...both } = state;
    return { state: { ...both, is: 'overlapping' }, commands: [] };
  }
  return { state, commands: [{ do: 'close', attempt, how: 'at once' }] };
}

function failed(state: ConnectionState, attempt: number, verdict: 'retry' | 'retry at once' | 'give up'): Step {
  if (state.is === 'renewing' && attempt === state.successor) {
    // The old connection may well outlive its credentials: it is kept until a new one is there.
    const { successor: _successor, ...connected } = state;
    return notRenewed({ ...connected, is: 'connected' });
  }
  if (state.is === 'reclaiming' && attempt === state.old) return notReclaimed(state);
  if ((state.is !== 'connecting' && state.is !== 'taking over') || attempt !== state.attempt) return same(state);
  const failures = state.failures + 1;
  if (verdict === 'give up') return { state: { ...state, is: 'refused', failures }, commands: [] };
  if (verdict === 'retry at once' && !state.hurried) return open({ ...state, failures, hurried: true }, 'initial');
  return wait({ attempt, failures, hurried: state.hurried });
}

function notRenewed(state: Connected<'connected'>): Step {
  const failedRenewals = state.failedRenewals + 1;
  return { state: { ...state, failedRenewals }, commands: [{ do: 'wait to renew', failures: failedRenewals }] };
}

function lost(state: ConnectionState, event: ConnectionEvent & { readonly type: 'lost' }): Step {
  const { attempt, atMs } = event;
  if (state.is === 'connected' && attempt === state.attempt) return wait(afterLoss(state, atMs));
  if (state.is === 'renewing') {
    if (attempt !== state.attempt) return same(state);
    // The old one's session has what is published from now on; the successor's would begin with a gap.
    return waitWithout(state, state.successor, 'at once', atMs);
  }
  if (state.is === 'reclaiming') {
    // The old session has what is published from now on, too.
    return attempt === state.attempt ? waitWithout(state, state.old, 'at once', atMs) : same(state);
  }
  if (state.is === 'overlapping' || state.is === 'draining') return lostOneOfTwo(state, event);
  return same(state);
}

function lostOneOfTwo(
  state: Overlapping<'overlapping' | 'draining'>,
  { attempt, atMs, isOwed }: ConnectionEvent & { readonly type: 'lost' },
): Step {
  if (attempt === state.old) {
    if (isOwed && state.is === 'overlapping') return reclaim(state, 0);
    return { state: connectedTo(state, state.attempt), commands: [] };
  }
  if (attempt !== state.attempt) return same(state);
  if (state.is === 'overlapping') return notRenewed(connectedTo(state, state.old));
  return waitWithout(state, state.old, 'gracefully', atMs);
}

/** Opens the old connection once more, beside the new one, for what the broker keeps in its session. */
function reclaim(state: Overlapping<string>, failedReclaims: number): Step {
  const { attempt, sinceMs, failures, failedRenewals } = state;
  const old = state.lastAttempt + 1;
  return {
    state: {
      is: 'reclaiming',
      attempt,
      old,
      sinceMs,
      failures,
      lastAttempt: old,
      failedRenewals,
      failedReclaims,
      isWaiting: false,
    },
    commands: [{ do: 'open', attempt: old, as: 'reclaim' }],
  };
}

function notReclaimed(state: Reclaiming): Step {
  const failedReclaims = state.failedReclaims + 1;
  if (failedReclaims >= mostReclaims) return { state: connectedTo(state, state.attempt), commands: [] };
  return {
    state: { ...state, failedReclaims, isWaiting: true },
    commands: [{ do: 'wait to reclaim', failures: failedReclaims }],
  };
}

function waitWithout(state: Connected<string>, other: number, how: 'gracefully' | 'at once', atMs: number): Step {
  const { state: waiting, commands } = wait(afterLoss(state, atMs));
  return { state: waiting, commands: [{ do: 'close', attempt: other, how }, ...commands] };
}

function renew(state: ConnectionState, alone: boolean): Step {
  if (state.is !== 'connected') return same(state);
  const successor = state.lastAttempt + 1;
  if (alone) {
    return {
      state: { is: 'taking over', attempt: successor, failures: 0, hurried: false },
      commands: [
        { do: 'close', attempt: state.attempt, how: 'keeping the session' },
        { do: 'open', attempt: successor, as: 'takeover' },
      ],
    };
  }
  return {
    state: { ...state, is: 'renewing', successor, lastAttempt: successor },
    commands: [{ do: 'open', attempt: successor, as: 'successor' }],
  };
}

function overlapped(state: ConnectionState, attempt: number): Step {
  if (state.is !== 'overlapping' || attempt !== state.old) return same(state);
  return { state: { ...state, is: 'draining' }, commands: [] };
}

function drained(state: ConnectionState, attempt: number): Step {
  if (state.is !== 'draining' || attempt !== state.old) return same(state);
  return {
    // A connection that has lived to hand over to the next was a good one.
    state: { ...connectedTo(state, state.attempt), failures: 0 },
    commands: [{ do: 'close', attempt, how: 'gracefully' }],
  };
}

function connectedTo(state: Overlapping<string>, attempt: number): Connected<'connected'> {
  const { sinceMs, failures, lastAttempt, failedRenewals } = state;
  return { is: 'connected', attempt, sinceMs, failures, lastAttempt, failedRenewals };
}

function afterLoss(state: Connected<string>, atMs: number): { attempt: number; failures: number; hurried: boolean } {
  const isProven = atMs - state.sinceMs >= provenAfterMs;
  return { attempt: state.lastAttempt, failures: isProven ? 1 : state.failures + 1, hurried: false };
}

function open(from: { attempt: number; failures: number; hurried: boolean }, as: 'initial' | 'takeover'): Step {
  const attempt = from.attempt + 1;
  return {
    state: { is: 'connecting', attempt, failures: from.failures, hurried: from.hurried },
    commands: [{ do: 'open', attempt, as }],
  };
}

function wait(from: { attempt: number; failures: number; hurried: boolean }): Step {
  return { state: { is: 'waiting', ...from }, commands: [{ do: 'wait', failures: from.failures }] };
}

function same(state: ConnectionState): Step {
  return { state, commands: [] };
}
