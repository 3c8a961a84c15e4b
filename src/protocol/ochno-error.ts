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

/** What is known of an error besides; what is `undefined` is not known. */
export interface OchnoErrorDetails {
  /** The same as the message says, for dialogs. */
  readonly problem?: Problem | undefined;
  /** The platform's own words, shortened; what could hold a secret is not among them. */
  readonly said?: string | undefined;
  /** The saved option that is missing or unusable. Default: that of the problem. */
  readonly option?: string | undefined;
  /** What caused it. Default: `{statusCode, response}` of an answer, since Catch passes on `cause` but no field of ours. */
  readonly cause?: unknown;
  /** Whether the same call may succeed later without anything being changed. Default: false. */
  readonly retryable?: boolean | undefined;
  readonly reason?: ConnectionReason | undefined;
  readonly statusCode?: number | undefined;
  readonly response?: unknown;
  /** How long the platform asked to be left alone, in ms. */
  readonly retryAfterMs?: number | undefined;
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
    const { statusCode, response, cause = causeOf(statusCode, response) } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = details.retryable ?? false;
    if (details.problem !== undefined) this.problem = details.problem;
    if (details.said !== undefined) this.said = details.said;
    const option = details.option ?? details.problem?.field;
    if (option !== undefined) this.option = option;
    if (details.reason !== undefined) this.reason = details.reason;
    if (statusCode !== undefined) this.statusCode = statusCode;
    if (response !== undefined) this.response = response;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }
}

function causeOf(statusCode: number | undefined, response: unknown): object | undefined {
  if (statusCode === undefined) return undefined;
  return response === undefined ? { statusCode } : { statusCode, response };
}
