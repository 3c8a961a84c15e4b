import { type ConnectionReason, OchnoError } from '../../protocol/ochno-error';
import type { ConnectionState } from '../../protocol/stream/connection-state';
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
