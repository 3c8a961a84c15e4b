import type { ConnectionReason, OchnoError, OchnoErrorCode, Problem } from '../../../src/protocol/ochno-error';

/** Why something could not be done, for a dialog to say in its viewer's language. */
export interface DialogFailure {
  readonly code: OchnoErrorCode;
  readonly reason?: ConnectionReason;
  readonly problem?: Problem;
  readonly statusCode?: number;
  /** The platform's own words. */
  readonly said?: string;
  /** The same in English, for a bug report. */
  readonly message: string;
}

export function dialogFailure({ code, reason, problem, statusCode, said, message }: OchnoError): DialogFailure {
  return {
    code,
    ...(reason === undefined ? {} : { reason }),
    ...(problem === undefined ? {} : { problem }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(said === undefined ? {} : { said }),
    message,
  };
}
