import type { ConnectionStatus } from '../../../src/client/stream/stream-status';
import { OchnoError, type OchnoErrorCode } from '../../../src/protocol/ochno-error';
import type { Status } from '../node-red';

/*
 * Every text is a key of the catalogues: the editor translates it into the language of who is looking.
 */

/** An action or a call is under way. */
export const sending: Status = { fill: 'blue', shape: 'dot', text: 'status.sending' };

/** Connected, but events may have been missed. */
export const gap: Status = { fill: 'yellow', shape: 'dot', text: 'status.gap' };

/** The broker refused what this node subscribed to, though it is connected. */
export const forbidden: Status = { fill: 'red', shape: 'ring', text: 'status.forbidden' };

/** An option or the account is missing or unusable. */
export const notConfigured: Status = { fill: 'red', shape: 'ring', text: 'status.not configured' };

/** How a connection shows: its reason where one is known, else its state. */
export function connectionStatus(status: ConnectionStatus): Status {
  if (status.state !== 'disconnected' || !status.reason) return statusOfState[status.state];
  return { fill: 'red', shape: 'ring', text: `status.${status.reason}` };
}

const statusOfState: Readonly<Record<ConnectionStatus['state'], Status>> = {
  connected: { fill: 'green', shape: 'dot', text: 'status.connected' },
  connecting: { fill: 'yellow', shape: 'ring', text: 'status.connecting' },
  disconnected: { fill: 'red', shape: 'ring', text: 'status.disconnected' },
  'log-in refused': { fill: 'red', shape: 'ring', text: 'status.log-in refused' },
  'not configured': notConfigured,
  unused: {},
};

/** How a failed input shows: the error's short name, e.g. `failure.timeout` for `OCHNO_TIMEOUT`. */
export function failureStatus(error: unknown): Status {
  const code: OchnoErrorCode = error instanceof OchnoError ? error.code : 'OCHNO_VALUE';
  return { fill: 'red', shape: 'dot', text: `failure.${code.slice('OCHNO_'.length).toLowerCase()}` };
}
