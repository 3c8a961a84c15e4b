import { type Action, deviceAction, encodeAction, envelopeAction, lampAction } from '../../protocol/lamp/action';
import { type LampCommand, parseLampCommand } from '../../protocol/lamp/lamp-command';
import { OchnoError } from '../../protocol/ochno-error';
import { actionTopic, type PortAddress } from '../../protocol/topics/address';
import type { ActionCommand } from './action-command';

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
