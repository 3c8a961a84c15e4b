import {
  type Attempting,
  type Connected,
  type ConnectionCommand,
  type ConnectionEvent,
  type ConnectionState,
  type Step,
  stopped,
} from './connection-state';
import {
  backToOld,
  drained,
  notReclaimed,
  notRenewed,
  overlapped,
  reclaim,
  reclaimed,
  renew,
  successorFailed,
  successorOpened,
  withoutOld,
} from './rotation-steps';

/** A connection that has been up this long was a good one: the next loss starts again with the shortest delay. */
export const provenAfterMs = 30_000;

/**
 * The life of a connection as a pure function: the next state and what is to be done. An event that does not fit the state
 * changes nothing. The way from one connection to the next is in `rotation-steps.ts`.
 */
export function next(state: ConnectionState, event: ConnectionEvent): Step {
  switch (event.type) {
    case 'start':
      return start(state);
    case 'stop':
      return stop(state);
    case 'retry':
      return state.is === 'waiting' ? open(state) : same(state);
    case 'opened':
      return opened(state, event.attempt, event.atMs);
    case 'failed':
      return failed(state, event);
    case 'lost':
      return lost(state, event);
    case 'renew':
      return state.is === 'connected' ? renew(state, event.alone) : same(state);
    case 'not renewed':
      return state.is === 'connected' ? notRenewed(state) : same(state);
    case 'reclaim':
      return state.is === 'reclaiming' && state.isWaiting ? reclaim(state, state.failedReclaims) : same(state);
    case 'overlapped':
      return state.is === 'overlapping' && event.attempt === state.old ? overlapped(state) : same(state);
    case 'drained':
      return state.is === 'draining' && event.attempt === state.old ? drained(state) : same(state);
  }
}

function start(state: ConnectionState): Step {
  if (state.is === 'stopped') return open({ attempt: 0, failures: 0, hurried: false });
  if (state.is === 'refused') return open({ ...state, failures: 0, hurried: false });
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
  if (state.is === 'renewing' && attempt === state.successor) return successorOpened(state, sinceMs);
  if (state.is === 'reclaiming' && attempt === state.old) return reclaimed(state);
  return { state, commands: [{ do: 'close', attempt, how: 'at once' }] };
}

function failed(state: ConnectionState, event: ConnectionEvent & { readonly type: 'failed' }): Step {
  const { attempt, verdict } = event;
  if (state.is === 'renewing' && attempt === state.successor) return successorFailed(state);
  if (state.is === 'reclaiming' && attempt === state.old) return notReclaimed(state);
  if ((state.is !== 'connecting' && state.is !== 'taking over') || attempt !== state.attempt) return same(state);
  const failures = state.failures + 1;
  if (verdict === 'give up') return { state: { ...state, is: 'refused', failures }, commands: [] };
  if (verdict === 'retry at once' && !state.hurried) return open({ ...state, failures, hurried: true });
  return { state: { ...state, is: 'waiting', failures }, commands: [{ do: 'wait', failures, until: 'retry' }] };
}

function lost(state: ConnectionState, event: ConnectionEvent & { readonly type: 'lost' }): Step {
  const { attempt, atMs, isOwed } = event;
  const isOverlapping = state.is === 'overlapping' || state.is === 'draining';
  if (isOverlapping && attempt === state.old) return withoutOld(state, isOwed);
  if (!('sinceMs' in state) || attempt !== state.attempt) return same(state);
  if (state.is === 'overlapping') return backToOld(state);
  const isProven = atMs - state.sinceMs >= provenAfterMs;
  const failures = isProven ? 1 : state.failures + 1;
  return {
    state: { is: 'waiting', attempt: state.lastAttempt, failures, hurried: false },
    commands: [...closeOther(state), { do: 'wait', failures, until: 'retry' }],
  };
}

/** Closes what is there beside the live connection when that is lost. */
function closeOther(state: ConnectionState & Connected<string>): readonly ConnectionCommand[] {
  switch (state.is) {
    case 'renewing':
      // The old one's session has what is published from now on; the successor's would begin with a gap.
      return [{ do: 'close', attempt: state.successor, how: 'at once' }];
    case 'reclaiming':
      // The old session has what is published from now on, too.
      return [{ do: 'close', attempt: state.old, how: 'at once' }];
    case 'draining':
      return [{ do: 'close', attempt: state.old, how: 'gracefully' }];
    default:
      return [];
  }
}

function open(from: Omit<Attempting<string>, 'is'>): Step {
  const attempt = from.attempt + 1;
  return {
    state: { is: 'connecting', attempt, failures: from.failures, hurried: from.hurried },
    commands: [{ do: 'open', attempt, as: 'initial' }],
  };
}

function same(state: ConnectionState): Step {
  return { state, commands: [] };
}
