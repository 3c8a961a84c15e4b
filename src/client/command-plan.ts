import { type Action, deviceAction, encodeAction, envelopeAction, lampAction } from '../protocol/action';
import { actionTopic, type PortAddress } from '../protocol/address';
import { type LampCommand, parseLampCommand } from '../protocol/lamp-command';
import { OchnoError } from '../protocol/ochno-error';
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
    const topic = actionTopic(address);
    if (!plans.has(topic)) plans.set(topic, planPort(address, topic));
  }
  if (plans.size === 0) throw new OchnoError('OCHNO_VALUE', 'The command names no port; give at least one');
  return [...plans.values()];
}

function plannerOf({ command, value }: ActionCommand): (address: PortAddress, topic: string) => PortPlan {
  const planAction =
    (actionFor: (address: PortAddress) => Action) =>
    (address: PortAddress, topic: string): PortPlan => {
      const action = actionFor(address);
      return { address, topic, action, payload: encodeAction(action) };
    };
  if (command === 'device') return planAction((address) => deviceAction(address, value));
  if (command === 'envelope') return planAction((address) => envelopeAction(address, value));
  const lamp = parseLampCommand(value);
  if (lamp.kind === 'set' && lamp.transitionMs === undefined) {
    return planAction((address) => lampAction(address, lamp.fields));
  }
  return (address, topic) => ({ address, topic, lamp });
}
