import type { ConnectionReason } from '../../protocol/ochno-error';

/** What a user is told of a connection. */
export type ConnectionStatus =
  | { readonly state: 'connected' }
  | { readonly state: 'connecting' }
  | { readonly state: 'disconnected'; readonly reason?: ConnectionReason | undefined }
  | { readonly state: 'log-in refused' }
  | { readonly state: 'not configured'; readonly problem: string }
  /** Nobody has asked for anything yet. */
  | { readonly state: 'unused' };
