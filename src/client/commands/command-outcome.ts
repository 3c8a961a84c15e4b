import { quoted } from '../../protocol/json/quoted';
import { OchnoError, type OchnoErrorCode } from '../../protocol/ochno-error';
import type { PortAddress } from '../../protocol/topics/address';
import type { ActionOutcome, SentAction } from './action-command';

/** From the most telling: what the user can mend comes before what time may mend. */
const byTelling: readonly OchnoErrorCode[] = [
  'OCHNO_VALUE',
  'OCHNO_LOGIN',
  'OCHNO_REFUSED',
  'OCHNO_HTTP',
  'OCHNO_NETWORK',
  'OCHNO_TIMEOUT',
  'OCHNO_CLOSED',
];
const mostNamed = 5;

interface Failure {
  readonly address: PortAddress;
  readonly error: unknown;
}

/**
 * One outcome for all ports of a command: sent where at least one port was, replaced where all were.
 *
 * @throws the most telling error where any port failed; with several ports the message says which
 */
export function commandOutcome(
  targets: readonly PortAddress[],
  ends: readonly PromiseSettledResult<SentAction | 'replaced'>[],
): ActionOutcome {
  const failures: Failure[] = [];
  const results: SentAction[] = [];
  ends.forEach((end, index) => {
    const address = targets[index];
    if (end.status === 'fulfilled' && end.value !== 'replaced') results.push(end.value);
    else if (end.status === 'rejected' && address !== undefined) failures.push({ address, error: end.reason });
  });
  if (failures.length > 0) throw commandError(targets, failures);
  return results.length === 0 ? { kind: 'replaced' } : { kind: 'sent', results };
}

function commandError(targets: readonly PortAddress[], failures: readonly Failure[]): unknown {
  const [first] = failures.toSorted((a, b) => rank(a.error) - rank(b.error));
  const error = first?.error;
  if (targets.length === 1 || !(error instanceof OchnoError)) return error;
  const named = failures.slice(0, mostNamed).map(({ address }) => quoted(address.port));
  const more = failures.length > mostNamed ? ` and ${failures.length - mostNamed} more` : '';
  const message = `${error.message} (${failures.length} of ${targets.length} ports failed: ${named.join(', ')}${more})`;
  const { code, retryable, reason, statusCode, response, cause = error } = error;
  return new OchnoError(code, message, {
    cause,
    retryable,
    ...(reason === undefined ? {} : { reason }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(response === undefined ? {} : { response }),
  });
}

/** An error that is none of ours is a mistake in the program, and hides behind nothing. */
function rank(error: unknown): number {
  return error instanceof OchnoError ? byTelling.indexOf(error.code) : -1;
}
