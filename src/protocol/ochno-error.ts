/**
 * What went wrong, as a stable word a flow can switch on.
 *
 * - `OCHNO_VALUE`: a value, address, path or option is not usable; nothing was sent.
 * - `OCHNO_PAYLOAD`: an event arrived that is not readable JSON.
 * - `OCHNO_GAP`: events may have been missed.
 * - `OCHNO_TIMEOUT`: no outcome in time, or an outcome that cannot be known any more.
 * - `OCHNO_REFUSED`: the broker or the platform said no to a publish.
 * - `OCHNO_CLOSED`: the node or account was closed first.
 * - `OCHNO_HTTP`: the platform answered with something other than 2xx.
 * - `OCHNO_LOGIN`: the log-in itself was refused.
 * - `OCHNO_NETWORK`: the platform could not be reached.
 */
export type OchnoErrorCode =
  | 'OCHNO_VALUE'
  | 'OCHNO_PAYLOAD'
  | 'OCHNO_GAP'
  | 'OCHNO_TIMEOUT'
  | 'OCHNO_REFUSED'
  | 'OCHNO_CLOSED'
  | 'OCHNO_HTTP'
  | 'OCHNO_LOGIN'
  | 'OCHNO_NETWORK';

/** Why a connection is not there; each is a status text of its own. */
export const connectionReasons = ['dns', 'refused', 'tls', 'proxy', 'timeout', 'clock', 'forbidden'] as const;
export type ConnectionReason = (typeof connectionReasons)[number];

/** What is wrong, as a word that a dialog can say in its viewer's language. */
export interface Problem {
  readonly key: string;
  /** The option it is about. */
  readonly field?: string;
  /** What to quote. */
  readonly values?: Readonly<Record<string, string>>;
}

export interface OchnoErrorDetails {
  /** The same as the message says, for dialogs. */
  readonly problem?: Problem;
  /** The platform's own words, shortened; what could hold a secret is not among them. */
  readonly said?: string;
  /** The saved option that is missing or unusable. */
  readonly option?: string;
  /** What caused it. For `OCHNO_HTTP` it is `{statusCode, response}`, since Catch passes on `cause` but no field of ours. */
  readonly cause?: unknown;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable?: boolean;
  readonly reason?: ConnectionReason;
  readonly statusCode?: number;
  readonly response?: unknown;
  /** How long the platform asked to be left alone, in ms. */
  readonly retryAfterMs?: number;
}

/** The one error type of the package. Its message says what happened and what to do, and never holds a secret. */
export class OchnoError extends Error {
  override readonly name = 'OchnoError';
  readonly code: OchnoErrorCode;
  readonly retryable: boolean;
  readonly problem?: Problem;
  readonly said?: string;
  readonly option?: string;
  readonly reason?: ConnectionReason;
  readonly statusCode?: number;
  readonly response?: unknown;
  readonly retryAfterMs?: number;

  constructor(code: OchnoErrorCode, message: string, details: OchnoErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.retryable = details.retryable ?? false;
    if (details.problem !== undefined) this.problem = details.problem;
    if (details.said !== undefined) this.said = details.said;
    const option = details.option ?? details.problem?.field;
    if (option !== undefined) this.option = option;
    if (details.reason !== undefined) this.reason = details.reason;
    if (details.statusCode !== undefined) this.statusCode = details.statusCode;
    if (details.response !== undefined) this.response = details.response;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }
}
