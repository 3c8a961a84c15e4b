import { type Action, deviceAction, encodeAction, envelopeAction, lampAction } from '../../protocol/lamp/action';
import { type LampCommand, parseLampCommand } from '../../protocol/lamp/lamp-command';
import { OchnoError } from '../../protocol/ochno-error';
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

/** `replaced`: newer commands for the same properties of the same ports came before this one could leave. */
export type ActionOutcome =
  | { readonly kind: 'sent'; readonly results: readonly SentAction[] }
  | { readonly kind: 'replaced' };

/** What is to be done at one port: an action as it is, or a lamp command that depends on the lamp's present state. */
export type PortPlan =
  | { readonly address: PortAddress; readonly topic: string; readonly action: Action; readonly payload: string }
  | { readonly address: PortAddress; readonly topic: string; readonly lamp: LampCommand };

/**
 * Checks a command as a whole, every target included, and says what is to be done at each port, once per port.
 *
 * @throws {OchnoError} `OCHNO_VALUE`: then nothing of it may be sent
 */
export function planCommand(command: ActionCommand): readonly PortPlan[] {
  const { targets, timeoutMs } = command;
  if (!(timeoutMs > 0)) throw new OchnoError('OCHNO_VALUE', `The timeout can't be ${timeoutMs} ms; give more than 0`);
  const planPort = plannerOf(command);
  const plans = new Map<string, PortPlan>();
  for (const address of targets) {
    const plan = planPort(address);
    plans.set(plan.topic, plan);
  }
  if (plans.size === 0) throw new OchnoError('OCHNO_VALUE', 'The command names no port; give at least one');
  return [...plans.values()];
}

function plannerOf({ command, value }: ActionCommand): (address: PortAddress) => PortPlan {
  if (command === 'device') return (address) => planAction(deviceAction(address, value));
  if (command === 'envelope') return (address) => planAction(envelopeAction(address, value));
  const lamp = parseLampCommand(value);
  if (lamp.kind === 'set' && lamp.transitionMs === undefined) {
    return (address) => planAction(lampAction(address, lamp.fields));
  }
  return (address) => ({ address, topic: actionTopic(address), lamp });
}

function planAction(action: Action): PortPlan {
  const { address, topic } = action;
  return { address, topic, action, payload: encodeAction(action) };
}
