import { failureReason } from '../network/failure-reason';
import { StreamFailure } from './stream-error';

/** CONNACK codes by which a broker refuses credentials: 4 and 5 (MQTT 3.1.1, 3.2.2.3), and AWS IoT's own 7. */
const refusals: readonly unknown[] = [4, 5, 7];

/** What mqtt.js, or anything under it, reports as an error. */
export function mqttFailure(error: unknown): StreamFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (refusals.includes(code)) {
    return new StreamFailure(`the broker refused the connection (CONNACK ${code})`, {
      remedy: 'new credentials',
      reason: 'forbidden',
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  const timedOut = /timeout/i.test(message);
  return new StreamFailure(message, {
    reason: failureReason(error) ?? (timedOut ? 'timeout' : undefined),
    cause: error,
  });
}
