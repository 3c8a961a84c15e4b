import { type Action, lampAction } from '../../protocol/lamp/action';
import type { LampField, LampFields } from '../../protocol/lamp/lamp';
import { type LampCommand, resolveLampCommand } from '../../protocol/lamp/lamp-command';
import type { PresentLamp } from '../../protocol/lamp/lamp-estimate';
import { OchnoError } from '../../protocol/ochno-error';
import { actionTopic, type PortAddress } from '../../protocol/topics/address';
import { onAbort } from '../time/abort-listeners';
import type { PortOutcome } from './action-command';
import { noLampLevelError, notConnectedError } from './action-errors';
import { type FadePlan, LampFade } from './lamp-fade';
import type { DeliveryTerms, PortDelivery } from './port-delivery';

const fadingFields = ['level', 'temp'] as const;

/** The fields of the present lamp that a command depends on. */
function neededFields(command: LampCommand): readonly LampField[] {
  if (command.kind !== 'set') return ['level'];
  if (command.transitionMs === undefined) return [];
  return fadingFields.filter((field) => command.fields[field] !== undefined);
}

/** Carries out lamp commands that depend on the lamp's present state: on, toggle, relative ones and fades. */
export class LampDelivery {
  readonly #delivery: PortDelivery;

  constructor(delivery: PortDelivery) {
    this.#delivery = delivery;
  }

  /** @throws {OchnoError} `OCHNO_VALUE` for a port without a lamp level; else what look-up and delivery fail with */
  async run(address: PortAddress, command: LampCommand, terms: DeliveryTerms): Promise<PortOutcome> {
    const { lamps } = this.#delivery;
    const following = lamps.follow(address);
    try {
      // Without a wait where none is needed: commands leave in the order in which they came.
      if (lamps.knows(address, neededFields(command))) return await this.#start(address, command, terms);
      return await this.#startInformed(address, command, terms);
    } finally {
      following.end();
    }
  }

  /** Finds out what is needed first, unless a newer command sets it before it is known. */
  async #startInformed(address: PortAddress, command: LampCommand, terms: DeliveryTerms): Promise<PortOutcome> {
    const { register, lamps } = this.#delivery;
    const topic = actionTopic(address);
    const { channel } = terms.sender;
    if (!channel.isOpen) channel.hurry();
    const newer = new AbortController();
    let left = command;
    const leave = register.enter(topic, terms.arrival, {
      get properties() {
        return propertiesOf(left);
      },
      replace: () => newer.abort(),
      narrow: (properties) => {
        left = without(left, properties);
      },
    });
    try {
      await lamps.learn(address, neededFields(command), { ...terms, signals: [...terms.signals, newer.signal] });
    } catch (error) {
      if (newer.signal.aborted) return 'replaced';
      // What was waited for says little where nothing could come.
      const isOverdue = error instanceof OchnoError && error.code === 'OCHNO_TIMEOUT';
      throw isOverdue && !channel.isOpen ? notConnectedError(topic, channel.problem) : error;
    } finally {
      leave();
    }
    // Not a moment lies between leaving and this: a newer command was either seen, or comes after.
    return newer.signal.aborted ? 'replaced' : this.#start(address, left, terms);
  }

  async #start(address: PortAddress, command: LampCommand, terms: DeliveryTerms): Promise<PortOutcome> {
    const present = this.#delivery.lamps.present(address);
    const needsLevel = command.kind !== 'on' && neededFields(command).includes('level');
    if (needsLevel && present.level === undefined) throw noLampLevelError(address);
    const { fields, transitionMs } = resolveLampCommand(command, present);
    const action = lampAction(address, fields);
    const plan = transitionMs === undefined ? undefined : fadePlan(fields, present, transitionMs);
    return plan === undefined ? this.#delivery.deliver(action, terms) : this.#fade(action, plan, terms);
  }

  #fade(action: Action, plan: FadePlan, terms: DeliveryTerms): Promise<PortOutcome> {
    const { register, lamps } = this.#delivery;
    const { address, topic } = action;
    // The timeout counts from the end of the fade.
    const fadeTerms = { ...terms, deadlineMs: terms.deadlineMs + plan.transitionMs };
    return this.#delivery.confirmed(action, fadeTerms, async (confirmation) => {
      const fade = new LampFade(plan, {
        clock: terms.clock,
        pace: terms.sender.fadePace,
        send: ({ fields, ...manner }) =>
          this.#delivery.publish(lampAction(address, fields), fadeTerms, { ...manner, confirmation }),
      });
      const following = lamps.follow(address, (_data, surprises) => fade.contradicted(surprises));
      const undo = [
        () => following.end(),
        register.enter(topic, terms.arrival, fade),
        ...terms.signals.map((signal) => onAbort(signal, () => fade.close())),
      ];
      try {
        return await fade.outcome;
      } finally {
        for (const stop of undo) stop();
      }
    });
  }
}

/** What a command sets: the level, if it depends on that. */
function propertiesOf(command: LampCommand): readonly string[] {
  return (command.kind === 'set' ? Object.keys(command.fields) : ['level']).map((field) => `lamp.${field}`);
}

function without(command: LampCommand, properties: readonly string[]): LampCommand {
  if (command.kind !== 'set') return command;
  const left = Object.entries(command.fields).filter(([field]) => !properties.includes(`lamp.${field}`));
  return { ...command, fields: Object.fromEntries(left) };
}

/** A field whose present value is not known can't move: it is set at once. `undefined` if that leaves nothing to fade. */
function fadePlan(fields: LampFields, present: PresentLamp, transitionMs: number): FadePlan | undefined {
  const moves = (field: string): boolean => fadingFields.some((name) => name === field && present[name] !== undefined);
  const entries = Object.entries(fields);
  const target = entries.filter(([field]) => moves(field));
  if (target.length === 0) return undefined;
  const extras = Object.fromEntries(entries.filter(([field]) => !moves(field)));
  return { start: present, target: Object.fromEntries(target), extras, transitionMs };
}
