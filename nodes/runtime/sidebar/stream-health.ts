import type { CommandTally } from '../../../src/client/commands/actions';
import type { StreamVitals } from '../../../src/client/stream/stream-status';
import type { ConnectionSummary, StreamHealth } from '../../sidebar-messages';

/** So many minutes are one point of the curve. */
const minutesAPoint = 15;

/** A stream's vitals as the sidebar shows them: a curve of a few points instead of every minute of a day. */
export function streamHealth(
  account: { readonly id: string; readonly name: string },
  vitals: StreamVitals,
  commands: CommandTally,
): StreamHealth {
  const { connectedSinceMs, credentialsEndMs, gaps, renewals, reconnects, eventsPerSecond, policy, clockOffsetMs } =
    vitals;
  const { company, state, detail } = connectionSummary(vitals.company, vitals.status);
  return {
    ...{ account: account.id, accountName: account.name, company, state, detail },
    ...(connectedSinceMs === undefined ? {} : { connectedSince: connectedSinceMs }),
    ...(credentialsEndMs === undefined ? {} : { credentialsEnd: credentialsEndMs }),
    ...{ renewals, reconnects, eventsPerSecond, policy, clockOffsetMs, commands },
    curve: perSecond(vitals.eventsPerMinute),
    gaps: gaps.map(({ from, to, reason = 'outage' }) => ({ from, to, reason })),
  };
}

/** A connection's state in words of the nodes' status, with its reason or what is not configured. */
export function connectionSummary(company: string, status: StreamVitals['status']): ConnectionSummary {
  const { state } = status;
  if (status.state === 'disconnected') return { company, state, detail: status.reason ?? '' };
  return { company, state, detail: status.state === 'not configured' ? status.problem : '' };
}

function perSecond(eventsPerMinute: readonly number[]): readonly number[] {
  const points: number[] = [];
  for (let at = 0; at < eventsPerMinute.length; at += minutesAPoint) {
    const minutes = eventsPerMinute.slice(at, at + minutesAPoint);
    const events = minutes.reduce((sum, count) => sum + count, 0);
    points.push(Math.round((events / (minutes.length * 60)) * 100) / 100);
  }
  return points;
}
