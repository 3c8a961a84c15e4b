import { OchnoError } from '../../../src/protocol/ochno-error';
import type { FailedAnswer } from '../../dialog-messages';

/**
 * What a dialog is told of an error.
 *
 * @throws whatever is not an `OchnoError`: a fault of ours
 */
export function failedAnswer(error: unknown): FailedAnswer {
  if (!(error instanceof OchnoError)) throw error;
  const { code, reason, problem, statusCode, said, message } = error;
  const state = code === 'OCHNO_VALUE' ? 'not configured' : 'failed';
  return { state, code, reason, problem, statusCode, said, message };
}
