/**
 * The life of one company's connection as a pure function: what is wanted and what is are two things, every attempt has
 * a number, and an answer that comes under an old number changes nothing.
 */

/** A connection that has been up this long was a good one: the next loss starts again with the shortest delay. */
export const provenAfterMs = 30_000;

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
  /** `attempt` is live and complete; the older connection `old` still delivers beside it. */
  | Overlapping<'overlapping'>
  /** Likewise, but `old` has begun to unsubscribe and can no longer be fallen back on. */
  | Overlapping<'draining'>
  /** A pinned client id allows one connection only: the old one was closed and its session is being taken over. */
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

type Overlapping<Name extends string> = Connected<Name> & { readonly old: number };

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /** The connection of this attempt is open and every filter has its answer. */
  | { readonly type: 'opened'; readonly attempt: number; readonly atMs: number }
  | { readonly type: 'failed'; readonly attempt: number; readonly verdict: 'retry' | 'retry at once' | 'give up' }
  | { readonly type: 'lost'; readonly attempt: number; readonly atMs: number }
  /** The wait is over. */
  | { readonly type: 'retry' }
  /** A new connection is due beside the live one: its credentials or its day are running out. */
  | { readonly type: 'renew'; readonly pinned: boolean }
  /** Both connections have run side by side for long enough. */
  | { readonly type: 'overlapped'; readonly attempt: number }
  /** The old connection has unsubscribed and delivered what was on its way. */
  | { readonly type: 'drained'; readonly attempt: number };

/** What the stream has to do; in this order. */
export type ConnectionCommand =
  | { readonly do: 'open'; readonly attempt: number; readonly as: 'only' | 'successor' | 'heir' }
  /** Wait for the delay that belongs to this number of failures, then say `retry`. */
  | { readonly do: 'wait'; readonly failures: number }
  /** Wait likewise, then say `renew`. */
  | { readonly do: 'wait to renew'; readonly failures: number }
  /** The successor is complete: let both run for a while, then say `overlapped` of the old one. */
  | { readonly do: 'overlap'; readonly old: number }
  /** Unsubscribe the old connection, let it deliver what is on its way, then say `drained`. */
  | { readonly do: 'drain'; readonly old: number }
  | {
      readonly do: 'close';
      readonly attempt: number;
      readonly how: 'with goodbye' | 'keeping the session' | 'at once';
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
      return state.is === 'waiting' ? open(state, 'only') : same(state);
    case 'opened':
      return opened(state, event.attempt, event.atMs);
    case 'failed':
      return failed(state, event.attempt, event.verdict);
    case 'lost':
      return lost(state, event.attempt, event.atMs);
    case 'renew':
      return renew(state, event.pinned);
    case 'overlapped':
      return overlapped(state, event.attempt);
    case 'drained':
      return drained(state, event.attempt);
  }
}

function start(state: ConnectionState): Step {
  if (state.is === 'stopped') return open({ attempt: 0, failures: 0, hurried: false }, 'only');
  if (state.is === 'refused') return open({ ...state, failures: 0, hurried: false }, 'only');
  return same(state);
}

function stop(state: ConnectionState): Step {
  return {
    state: stopped,
    commands: connectionsOf(state).map((attempt) => ({ do: 'close', attempt, how: 'with goodbye' })),
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
      commands: [{ do: 'overlap', old }],
    };
  }
  return { state, commands: [{ do: 'close', attempt, how: 'at once' }] };
}

function failed(state: ConnectionState, attempt: number, verdict: 'retry' | 'retry at once' | 'give up'): Step {
  if (state.is === 'renewing' && attempt === state.successor) {
    // The old connection may well outlive its credentials: it is kept until a new one is there.
    const { successor: _successor, ...connected } = state;
    const failedRenewals = state.failedRenewals + 1;
    return {
      state: { ...connected, is: 'connected', failedRenewals },
      commands: [{ do: 'wait to renew', failures: failedRenewals }],
    };
  }
  if ((state.is !== 'connecting' && state.is !== 'taking over') || attempt !== state.attempt) return same(state);
  const failures = state.failures + 1;
  if (verdict === 'give up') return { state: { ...state, is: 'refused', failures }, commands: [] };
  if (verdict === 'retry at once' && !state.hurried) return open({ ...state, failures, hurried: true }, 'only');
  return wait({ attempt, failures, hurried: state.hurried });
}

function lost(state: ConnectionState, attempt: number, atMs: number): Step {
  if (state.is === 'connected' && attempt === state.attempt) return wait(afterLoss(state, atMs));
  if (state.is === 'renewing') {
    if (attempt !== state.attempt) return same(state);
    // The old one's session has what is published from now on; the successor's would begin with a gap.
    const { state: waiting, commands } = wait(afterLoss(state, atMs));
    return { state: waiting, commands: [{ do: 'close', attempt: state.successor, how: 'at once' }, ...commands] };
  }
  if (state.is === 'overlapping' || state.is === 'draining') return lostOneOfTwo(state, attempt, atMs);
  return same(state);
}

function lostOneOfTwo(state: Overlapping<'overlapping' | 'draining'>, attempt: number, atMs: number): Step {
  if (attempt === state.old) return { state: connectedTo(state, state.attempt), commands: [] };
  if (attempt !== state.attempt) return same(state);
  if (state.is === 'overlapping') {
    const failedRenewals = state.failedRenewals + 1;
    return {
      state: { ...connectedTo(state, state.old), failedRenewals },
      commands: [{ do: 'wait to renew', failures: failedRenewals }],
    };
  }
  const { state: waiting, commands } = wait(afterLoss(state, atMs));
  return { state: waiting, commands: [{ do: 'close', attempt: state.old, how: 'with goodbye' }, ...commands] };
}

function renew(state: ConnectionState, pinned: boolean): Step {
  if (state.is !== 'connected') return same(state);
  const successor = state.lastAttempt + 1;
  if (pinned) {
    return {
      state: { is: 'taking over', attempt: successor, failures: 0, hurried: false },
      commands: [
        { do: 'close', attempt: state.attempt, how: 'keeping the session' },
        { do: 'open', attempt: successor, as: 'heir' },
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
  return { state: { ...state, is: 'draining' }, commands: [{ do: 'drain', old: attempt }] };
}

function drained(state: ConnectionState, attempt: number): Step {
  if (state.is !== 'draining' || attempt !== state.old) return same(state);
  return {
    // A connection that has lived to hand over to the next was a good one.
    state: { ...connectedTo(state, state.attempt), failures: 0 },
    commands: [{ do: 'close', attempt, how: 'with goodbye' }],
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

function open(from: { attempt: number; failures: number; hurried: boolean }, as: 'only' | 'heir'): Step {
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
