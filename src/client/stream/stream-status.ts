import { type ConnectionReason, OchnoError } from '../../protocol/ochno-error';
import type { ConnectionState } from '../../protocol/stream/connection-state';
import { StreamError } from '../mqtt/stream-error';
import type { ConnectionStatus } from './connection-status';

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
