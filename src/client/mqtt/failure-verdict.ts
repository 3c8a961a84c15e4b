import { OchnoError } from '../../protocol/ochno-error';
import { StreamFailure } from './stream-error';

/** What comes after an attempt that failed so. */
export function verdictOn(error: Error): 'retry' | 'retry at once' | 'give up' {
  if (error instanceof OchnoError) return error.code === 'OCHNO_LOGIN' ? 'give up' : 'retry';
  if (!(error instanceof StreamFailure)) return 'retry';
  return error.remedy === 'wait' ? 'retry' : 'retry at once';
}
