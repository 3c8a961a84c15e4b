import type { ConnectionStatus, StreamVitals } from '../stream/stream-status';

/** How several connections of one company are doing together; at least one is given. */
export function sumOfVitals(status: ConnectionStatus, [first, ...others]: readonly StreamVitals[]): StreamVitals {
  if (first === undefined) throw new RangeError('a company has at least one connection');
  return others.reduce(sumOfTwo, { ...first, status });
}

function sumOfTwo(one: StreamVitals, other: StreamVitals): StreamVitals {
  return {
    ...one,
    connectedSinceMs: latest(one.connectedSinceMs, other.connectedSinceMs),
    credentialsEndMs: earliest(one.credentialsEndMs, other.credentialsEndMs),
    renewals: one.renewals + other.renewals,
    reconnects: one.reconnects + other.reconnects,
    gaps: [...one.gaps, ...other.gaps].sort((a, b) => a.from - b.from),
    policy: {
      sessions: one.policy.sessions && other.policy.sessions,
      secondConnection: one.policy.secondConnection && other.policy.secondConnection,
      refusedFilters: [...new Set([...one.policy.refusedFilters, ...other.policy.refusedFilters])],
    },
    eventsPerSecond: one.eventsPerSecond + other.eventsPerSecond,
    eventsPerMinute: one.eventsPerMinute.map((count, minute) => count + (other.eventsPerMinute[minute] ?? 0)),
  };
}

/** Without a connection somewhere there is none on all of them. */
function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : Math.min(one, other ?? one);
}
