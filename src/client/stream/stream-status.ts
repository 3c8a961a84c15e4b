import type { ConnectionState } from '../../protocol/connection/connection-state';
import { type ConnectionReason, OchnoError } from '../../protocol/ochno-error';
import type { EventGap } from '../events/port-subscriber';
import { StreamError } from '../mqtt/stream-error';

/** What a user is told of a connection. */
export type ConnectionStatus =
  | { readonly state: 'connected' }
  | { readonly state: 'connecting' }
  | { readonly state: 'disconnected'; readonly reason?: ConnectionReason | undefined }
  | { readonly state: 'log-in refused' }
  | { readonly state: 'not configured'; readonly problem: string }
  /** Nobody has asked for anything yet. */
  | { readonly state: 'unused' };

/** How much each calls for somebody's attention. */
const severity: Readonly<Record<ConnectionStatus['state'], number>> = {
  unused: 0,
  connected: 1,
  connecting: 2,
  disconnected: 3,
  'log-in refused': 4,
  'not configured': 5,
};

/** Of several connections the one that is worst off. */
export function worstStatus(first: ConnectionStatus, ...others: readonly ConnectionStatus[]): ConnectionStatus {
  return others.reduce((worst, status) => (severity[status.state] > severity[worst.state] ? status : worst), first);
}

/** What a user is told of a stream in this state; `failure` is of its last attempt, where that failed. */
export function streamStatus(
  { is }: ConnectionState,
  renewalIsRefused: boolean,
  failure: Error | undefined,
): ConnectionStatus {
  if (is === 'stopped') return { state: 'unused' };
  if (is === 'refused' || renewalIsRefused) return { state: 'log-in refused' };
  if (is !== 'connecting' && is !== 'waiting') return { state: 'connected' };
  if (failure === undefined) return { state: 'connecting' };
  return { state: 'disconnected', reason: reasonOf(failure) };
}

function reasonOf(error: Error): ConnectionReason | undefined {
  if (!(error instanceof StreamError || error instanceof OchnoError)) return undefined;
  const isForbidden = error instanceof OchnoError && error.statusCode === 403;
  return error.reason ?? (isForbidden ? 'forbidden' : undefined);
}

/** How a company's stream is doing, for those who look on. Times are in ms since 1970; there is no secret in it. */
export interface StreamVitals {
  readonly company: string;
  readonly status: ConnectionStatus;
  /** Since when there has been a connection without interruption, renewals included. */
  readonly connectedSinceMs: number | undefined;
  /** When the credentials end that the connection was opened with. */
  readonly credentialsEndMs: number | undefined;
  /** How often the connection was renewed, and how often it was lost and is there again, since Node-RED started. */
  readonly renewals: number;
  readonly reconnects: number;
  /** The gaps of the last 24 hours, the oldest first; at most 100. */
  readonly gaps: readonly EventGap[];
  /** What the account's policy at the broker permits, as far as refusals have told. */
  readonly policy: {
    /** Whether the broker keeps QoS 1 events during an interruption. */
    readonly sessions: boolean;
    /** Whether there may be a second connection, so that renewals interrupt nothing. */
    readonly secondConnection: boolean;
    /** Topic filters that are refused. */
    readonly refusedFilters: readonly string[];
  };
  /** The broker's clock minus this computer's; 0 while that is good enough. */
  readonly clockOffsetMs: number;
  /** Events in the last full second. */
  readonly eventsPerSecond: number;
  /** Events in each full minute of the last 24 hours, the oldest first: 1440 numbers. */
  readonly eventsPerMinute: readonly number[];
}

/** What a company's stream is called in the log. */
export function streamName(company: string): string {
  return `the stream of company ${company}`;
}
