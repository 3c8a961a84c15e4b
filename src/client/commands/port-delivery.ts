import type { Action } from '../../protocol/lamp/action';
import { OchnoError } from '../../protocol/ochno-error';
import type { Clock } from '../time/clock';
import type { WaitLimits } from '../time/deadline';
import type { PortOutcome } from './action-command';
import type { ActionSender } from './action-sender';
import { CommandRegister } from './command-register';
import { Confirmation } from './confirmation';
import { LampStates, type PortSource } from './lamp-states';
import type { Submission, SubmissionOutcome } from './submission';

/** What holds for one command at each of its ports. Its signals are its own, which comes first, and the account's. */
export interface DeliveryTerms extends WaitLimits {
  /** That of its company. */
  readonly sender: ActionSender;
  /** When it arrived, as a number among the others. */
  readonly arrival: number;
  readonly confirm: boolean;
}

/** How one publish among those of a command differs. */
type PublishManner = Pick<Submission, 'signal' | 'onPublished'> & {
  /** It leaves when this can hear the port, and is what this waits for. */
  readonly confirmation?: Confirmation | undefined;
  /** A step of a fade: its level is none to come back to. */
  readonly isPassing?: boolean;
};

/** Sends actions to ports, keeps what is known of their lamps up to date, and waits for confirmation where asked to. */
export class PortDelivery {
  readonly lamps: LampStates;
  readonly register = new CommandRegister();

  constructor(ports: PortSource, clock: Clock) {
    this.lamps = new LampStates(ports, clock);
  }

  /** Publishes one action, and waits for the port's confirmation if the terms say so. */
  deliver(action: Action, terms: DeliveryTerms): Promise<PortOutcome> {
    return this.confirmed(action, terms, (confirmation) => this.publish(action, terms, { confirmation }));
  }

  /** Publishes one action. Whatever else is being done to the same properties of the port has to end. */
  async publish(action: Action, terms: DeliveryTerms, manner: PublishManner): Promise<SubmissionOutcome> {
    const { topic, properties, payload, address } = action;
    const { sender, deadlineMs, signals } = terms;
    const { confirmation, signal = signals[0], isPassing = false } = manner;
    this.register.supersede(topic, terms.arrival, properties);
    const note = this.lamps.sending(address, action.envelope, isPassing);
    let isPublished = false;
    const onPublished = (): void => {
      isPublished = true;
      note?.published();
      confirmation?.start();
      manner.onPublished?.();
    };
    const ready = confirmation?.ready;
    try {
      const outcome = await sender.submit({ topic, properties, payload, deadlineMs, signal, ready, onPublished });
      if (outcome === 'acknowledged') note?.acknowledged();
      else note?.failed('unsent');
      return outcome;
    } catch (error) {
      const isRefused = error instanceof OchnoError && error.code === 'OCHNO_REFUSED';
      note?.failed(isPublished && !isRefused ? 'unknown' : 'unsent');
      throw error;
    }
  }

  /**
   * Runs what sends an action; if the terms ask for confirmation, not before the port can be heard, and until it shows the
   * values. A publish whose outcome is unknown may yet be confirmed. A newer command that sets all of
   * the action's properties ends the wait: the port may never show what it was told to be for a moment.
   */
  async confirmed(
    action: Action,
    terms: DeliveryTerms,
    run: (confirmation?: Confirmation) => Promise<SubmissionOutcome>,
  ): Promise<PortOutcome> {
    const { address, topic, sent } = action;
    const outcome = terms.confirm ? await this.#confirm(action, terms, run) : await run();
    return outcome === 'replaced' ? outcome : { address, topic, sent };
  }

  async #confirm(
    action: Action,
    terms: DeliveryTerms,
    run: (confirmation: Confirmation) => Promise<SubmissionOutcome>,
  ): Promise<SubmissionOutcome> {
    const confirmation = new Confirmation(action, this.lamps);
    const leave = this.register.enter(action.topic, terms.arrival, confirmation);
    try {
      const sent = run(confirmation).catch((error: unknown) => {
        // What leaves open whether the port obeyed is not the end yet.
        if (error instanceof OchnoError && error.code === 'OCHNO_TIMEOUT' && confirmation.hasStarted) return error;
        throw error;
      });
      const first = await Promise.race([sent, confirmation.replaced]);
      if (first === 'replaced') return first;
      return await confirmation.outcome(terms, first === 'acknowledged' ? undefined : first);
    } finally {
      leave();
      confirmation.stop();
    }
  }
}
