import type { Connected, Overlapping, Reclaiming, Renewing, Step } from './connection-state';

/** An old connection's session is given up after so many attempts to have it: with the waits between them, after minutes. */
export const mostReclaims = 10;

/** Begins a rotation: opens a second connection; where there can be none, closes the one there is and takes it over. */
export function renew(state: Connected<'connected'>, alone: boolean): Step {
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

export function notRenewed(state: Connected<'connected'>): Step {
  const failedRenewals = state.failedRenewals + 1;
  return { state: { ...state, failedRenewals }, commands: [{ do: 'wait to renew', failures: failedRenewals }] };
}

/** The old connection may well outlive its credentials: it is kept until a new one is there. */
export function successorFailed({ successor: _successor, ...connected }: Renewing<'renewing'>): Step {
  return notRenewed({ ...connected, is: 'connected' });
}

/** Both deliver; the successor is the live one from now on. */
export function successorOpened(state: Renewing<'renewing'>, sinceMs: number): Step {
  const { attempt: old, successor: attempt, failures, lastAttempt } = state;
  return {
    state: { is: 'overlapping', attempt, old, sinceMs, failures, lastAttempt, failedRenewals: 0 },
    commands: [],
  };
}

export function overlapped(state: Overlapping<'overlapping'>): Step {
  return { state: { ...state, is: 'draining' }, commands: [] };
}

export function drained(state: Overlapping<'draining'>): Step {
  return {
    // A connection that has lived to hand over to the next was a good one.
    state: { ...connectedTo(state, state.attempt), failures: 0 },
    commands: [{ do: 'close', attempt: state.old, how: 'gracefully' }],
  };
}

/** The new connection was lost while the old one can still be returned to. */
export function backToOld(state: Overlapping<'overlapping'>): Step {
  return notRenewed(connectedTo(state, state.old));
}

/** The old connection was lost. `isOwed`: the broker keeps events for it that the new one will not bring. */
export function withoutOld(state: Overlapping<'overlapping' | 'draining'>, isOwed: boolean): Step {
  if (isOwed && state.is === 'overlapping') return reclaim(state, 0);
  return { state: connectedTo(state, state.attempt), commands: [] };
}

/** Opens the old connection once more, beside the new one, for what the broker keeps in its session. */
export function reclaim(state: Overlapping<string>, failedReclaims: number): Step {
  const old = state.lastAttempt + 1;
  return {
    state: { ...state, is: 'reclaiming', old, lastAttempt: old, failedReclaims, isWaiting: false },
    commands: [{ do: 'open', attempt: old, as: 'reclaim' }],
  };
}

/** The old session is there again: the overlap goes on. */
export function reclaimed(state: Reclaiming<'reclaiming'>): Step {
  const { failedReclaims: _failedReclaims, isWaiting: _isWaiting, ...both } = state;
  return { state: { ...both, is: 'overlapping' }, commands: [] };
}

export function notReclaimed(state: Reclaiming<'reclaiming'>): Step {
  const failedReclaims = state.failedReclaims + 1;
  if (failedReclaims >= mostReclaims) return { state: connectedTo(state, state.attempt), commands: [] };
  return {
    state: { ...state, failedReclaims, isWaiting: true },
    commands: [{ do: 'wait', failures: failedReclaims, until: 'reclaim' }],
  };
}

function connectedTo(state: Overlapping<string>, attempt: number): Connected<'connected'> {
  const { sinceMs, failures, lastAttempt, failedRenewals } = state;
  return { is: 'connected', attempt, sinceMs, failures, lastAttempt, failedRenewals };
}
