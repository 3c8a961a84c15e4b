import { failureReason } from '../network/failure-reason';
import { StreamError } from './stream-error';

/** CONNACK codes by which a broker refuses credentials: 4 and 5 (MQTT 3.1.1, 3.2.2.3), and AWS IoT's own 7. */
const refusals: readonly number[] = [4, 5, 7];
const refused = { remedy: 'new credentials', reason: 'forbidden', refuses: 'connect' } as const;

/** OpenSSL tells a failed handshake with the place in its own source, on a line and a half; what failed stands in between. */
const failedHandshake = /SSL routines:[^:]*:([^:]+)/;

/** What mqtt.js, or anything under it, reports as an error. */
export function streamErrorFrom(error: unknown): StreamError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // mqtt.js puts it in words of its own (MQTT 3.1.1, 3.2.2.3).
  if (typeof code === 'number') {
    const message = `the broker refused the connection (CONNACK ${code})`;
    return new StreamError(message, refusals.includes(code) ? refused : { isForNow: true });
  }
  const message = wordsOf(error);
  const timedOut = /timeout/i.test(message);
  const reason = failureReason(error) ?? (timedOut ? 'timeout' : undefined);
  return new StreamError(message, {
    reason,
    cause: error,
    kind: reason ?? (code === undefined ? message : String(code)),
  });
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, failed] = failedHandshake.exec(message) ?? [];
  return failed === undefined ? message : `the TLS handshake failed: ${failed}`;
}
