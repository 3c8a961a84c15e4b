import { OchnoError } from '../../protocol/ochno-error';
import { actionTopic, type PortAddress } from '../../protocol/topics/address';
import type { PublishChannel } from '../stream/publish-channel';
import type { Clock } from '../time/clock';
import {
  type ActionCommand,
  type ActionOutcome,
  commandOutcome,
  type PortEnd,
  type PortOutcome,
  type PortPlan,
  planCommand,
} from './action-command';
import { ActionSender } from './action-sender';
import { LampBlink } from './lamp-blink';
import { LampDelivery } from './lamp-delivery';
import type { PortSource } from './lamp-states';
import { type DeliveryTerms, PortDelivery } from './port-delivery';
import type { SubmissionOutcome } from './submission';

export type { PortFollowing, PortSource } from './lamp-states';

interface ActionsParts {
  readonly clock: Clock;
  readonly ports: PortSource;
  /** Keeps the company's stream open until `end`. The channel is the same object as long as the stream is the same. */
  useStream(company: string): { readonly channel: PublishChannel; end(): void };
}

/** What became of the commands to the ports of a company, each port counted for itself. */
export interface CommandTally {
  readonly sent: number;
  /** Neither sent nor given up yet. */
  readonly waiting: number;
  readonly failed: number;
}

/** A company's sender, on a stream that is kept open until `end`. */
interface SenderUse {
  readonly sender: ActionSender;
  end(): void;
}

/** Everything between a command and the PUBLISH: what nodes call to control ports. */
export class Actions {
  readonly #parts: ActionsParts;
  readonly #delivery: PortDelivery;
  readonly #lampDelivery: LampDelivery;
  readonly #senders = new Map<string, ActionSender>();
  /** By topic. */
  readonly #blinks = new Map<string, Promise<SubmissionOutcome>>();
  readonly #tallies = new Map<string, { sent: number; waiting: number; failed: number }>();
  readonly #closing = new AbortController();

  constructor(parts: ActionsParts) {
    this.#parts = parts;
    this.#delivery = new PortDelivery(parts.ports, parts.clock);
    this.#lampDelivery = new LampDelivery(this.#delivery);
  }

  /**
   * Carries out a command at all of its ports together.
   *
   * @returns `sent` with what went out to each port that was not replaced; `replaced` where all were
   * @throws {OchnoError} `OCHNO_VALUE` when a target or the value can't be used, and then nothing was sent, or when a
   *   port has no lamp level to start from; `OCHNO_TIMEOUT` when it was not sent, acknowledged or confirmed in time, or
   *   when its outcome is unknown; `OCHNO_REFUSED`; `OCHNO_CLOSED`; what the look-up of a lamp's level failed with
   */
  async send(command: ActionCommand): Promise<ActionOutcome> {
    const { clock } = this.#parts;
    const deadlineMs = clock.monotonicMs() + command.timeoutMs;
    const plans = planCommand(command);
    if (this.#closing.signal.aborted || command.signal?.aborted) {
      throw new OchnoError('OCHNO_CLOSED', 'The command was not sent: the node or account was closed');
    }
    const common = {
      ...{ clock, deadlineMs, signals: [command.signal, this.#closing.signal] },
      arrival: this.#delivery.register.arrive(),
      confirm: command.confirm,
    };
    const uses = new Map<string, SenderUse>();
    try {
      const runs = plans.map((plan) => {
        const { company } = plan.address;
        const use = uses.get(company) ?? this.#use(company);
        uses.set(company, use);
        return { plan, terms: { ...common, sender: use.sender } };
      });
      return commandOutcome(await Promise.all(runs.map(({ plan, terms }) => this.#run(plan, command, terms))));
    } finally {
      for (const use of uses.values()) use.end();
    }
  }

  /**
   * Lets a lamp blink three times, so that it can be found by eye; afterwards it is what it was before. Asked again
   * meanwhile, it blinks no longer for that.
   *
   * @returns whether the lamp was left as it was; `false` where a newer command or somebody else had the last word
   * @throws {OchnoError} `OCHNO_VALUE` for an address that can't be used; `OCHNO_TIMEOUT`, `OCHNO_REFUSED`, `OCHNO_CLOSED`
   */
  async identify(address: PortAddress): Promise<boolean> {
    const topic = actionTopic(address);
    if (this.#closing.signal.aborted)
      throw new OchnoError('OCHNO_CLOSED', 'The lamp does not blink: the account was closed');
    const running = this.#blinks.get(topic) ?? this.#blink(address, topic);
    return (await running) === 'acknowledged';
  }

  tally(company: string): CommandTally {
    return { ...this.#tallyOf(company) };
  }

  /** Keeps what the port's events say of its lamp at hand until the function returned is called. */
  follow(address: PortAddress): () => void {
    return this.#delivery.lamps.follow(address).end;
  }

  /** Events of the company may have been missed: what was known of its lamps is asked for again when needed. */
  markStale(company: string): void {
    this.#delivery.lamps.markStale(company);
  }

  /** Ends every command: those that were not sent at once, those under way within a second. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#senders.values()].map((sender) => sender.close()));
    this.#delivery.lamps.close();
  }

  /** Never rejects. */
  async #run(plan: PortPlan, command: ActionCommand, terms: DeliveryTerms): Promise<PortEnd> {
    const { address } = plan;
    const tally = this.#tallyOf(address.company);
    tally.waiting += 1;
    try {
      const outcome = await this.#deliver(plan, command, terms);
      if (outcome !== 'replaced') tally.sent += 1;
      return outcome;
    } catch (error) {
      tally.failed += 1;
      return { address, error };
    } finally {
      tally.waiting -= 1;
    }
  }

  async #deliver(plan: PortPlan, command: ActionCommand, terms: DeliveryTerms): Promise<PortOutcome> {
    if (!('lamp' in plan)) return this.#delivery.deliver(plan, terms);
    command.onPresentNeeded?.(plan.address);
    return this.#lampDelivery.run(plan.address, plan.lamp, terms);
  }

  #tallyOf(company: string): { sent: number; waiting: number; failed: number } {
    const tally = this.#tallies.get(company) ?? { sent: 0, waiting: 0, failed: 0 };
    this.#tallies.set(company, tally);
    return tally;
  }

  #blink(address: PortAddress, topic: string): Promise<SubmissionOutcome> {
    const { sender, end } = this.#use(address.company);
    const terms = {
      ...{ clock: this.#parts.clock, signals: [this.#closing.signal], sender },
      ...{ arrival: this.#delivery.register.arrive(), confirm: false },
    };
    const blink = new LampBlink(address, this.#delivery, terms);
    const running = blink.run().finally(() => {
      this.#blinks.delete(topic);
      end();
    });
    this.#blinks.set(topic, running);
    return running;
  }

  #use(company: string): SenderUse {
    const { channel, end } = this.#parts.useStream(company);
    const known = this.#senders.get(company);
    if (known?.channel === channel) return { sender: known, end };
    void known?.close();
    const sender = new ActionSender({ channel, clock: this.#parts.clock });
    this.#senders.set(company, sender);
    return { sender, end };
  }
}
