import { quoted } from '../../protocol/json/quoted';
import { type Action, deviceAction, envelopeAction, lampAction } from '../../protocol/lamp/action';
import { type LampCommand, parseLampCommand } from '../../protocol/lamp/lamp-command';
import { OchnoError, type OchnoErrorCode } from '../../protocol/ochno-error';
import { actionTopic, type PortAddress } from '../../protocol/topics/address';

/** One message's worth of action, for one port or several. */
export interface ActionCommand {
  /** A port named twice counts once. */
  readonly targets: readonly PortAddress[];
  /** What `value` is: a lamp command, an object that goes under `data.device`, or a whole envelope. */
  readonly command: 'lamp' | 'device' | 'envelope';
  readonly value: unknown;
  /** Whether each port's own event must show the values before the command counts as sent. */
  readonly confirm: boolean;
  /**
   * From `send` to the outcome, in ms: the look-up of the lamp's present level, the connection, the broker's
   * acknowledgement and the confirmation. A fade adds its `transition` to it.
   */
  readonly timeoutMs: number;
  /** Gives the command up: what has not been sent stays unsent. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called, before anything is sent, with each port whose present level the command depends on. Whoever sends more such
   * commands follows the port from then on, so that the next one finds the level at hand instead of asking over REST.
   */
  readonly onPresentNeeded?: ((address: PortAddress) => void) | undefined;
}

/** What went out to one port. */
export interface SentAction {
  readonly address: PortAddress;
  readonly topic: string;
  readonly sent: unknown;
}

/** What became of a command at a port where it did not fail: a newer one may have come before it could leave. */
export type PortOutcome = SentAction | 'replaced';

/** `replaced`: newer commands for the same properties of the same ports came before this one could leave. */
export type ActionOutcome =
  | { readonly kind: 'sent'; readonly results: readonly SentAction[] }
  | { readonly kind: 'replaced' };

/** What is to be done at one port: an action as it is, or a lamp command that depends on the lamp's present state. */
export type PortPlan = Action | { readonly address: PortAddress; readonly topic: string; readonly lamp: LampCommand };

/**
 * Checks a command as a whole, every target included, and says what is to be done at each port, once per port.
 *
 * @throws {OchnoError} `OCHNO_VALUE`: then nothing of it may be sent
 */
export function planCommand(command: ActionCommand): readonly PortPlan[] {
  const { targets, timeoutMs } = command;
  if (!(timeoutMs > 0)) throw new OchnoError('OCHNO_VALUE', `The timeout can't be ${timeoutMs} ms; give more than 0`);
  const plans = new Map(targets.map(plannerOf(command)).map((plan) => [plan.topic, plan]));
  if (plans.size === 0) throw new OchnoError('OCHNO_VALUE', 'The command names no port; give at least one');
  return [...plans.values()];
}

function plannerOf({ command, value }: ActionCommand): (address: PortAddress) => PortPlan {
  if (command === 'device') return (address) => deviceAction(address, value);
  if (command === 'envelope') return (address) => envelopeAction(address, value);
  const lamp = parseLampCommand(value);
  if (lamp.kind === 'set' && lamp.transitionMs === undefined) return (address) => lampAction(address, lamp.fields);
  return (address) => ({ address, topic: actionTopic(address), lamp });
}

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

/** What became of a command at one of its ports. */
export type PortEnd = PortOutcome | Failure;

/**
 * One outcome for all ports of a command: sent where at least one port was, replaced where all were.
 *
 * @throws the most telling error where any port failed; with several ports the message says which
 */
export function commandOutcome(ends: readonly PortEnd[]): ActionOutcome {
  const failures: Failure[] = [];
  const results: SentAction[] = [];
  for (const end of ends) {
    if (end === 'replaced') continue;
    if ('error' in end) failures.push(end);
    else results.push(end);
  }
  if (failures.length > 0) throw commandError(failures, ends.length);
  return results.length === 0 ? { kind: 'replaced' } : { kind: 'sent', results };
}

function commandError(failures: readonly Failure[], portCount: number): unknown {
  const [first] = failures.toSorted((a, b) => rank(a.error) - rank(b.error));
  const error = first?.error;
  if (portCount === 1 || !(error instanceof OchnoError)) return error;
  const named = failures.slice(0, mostNamed).map(({ address }) => quoted(address.port));
  const more = failures.length > mostNamed ? ` and ${failures.length - mostNamed} more` : '';
  const message = `${error.message} (${failures.length} of ${portCount} ports failed: ${named.join(', ')}${more})`;
  const { code, retryable, reason, statusCode, response, cause = error } = error;
  return new OchnoError(code, message, { cause, retryable, reason, statusCode, response });
}

/** An error that is none of ours is a mistake in the program, and hides behind nothing. */
function rank(error: unknown): number {
  return error instanceof OchnoError ? byTelling.indexOf(error.code) : -1;
}
