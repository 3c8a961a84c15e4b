import { lampAction } from '../../protocol/lamp/action';
import { findLamp, isSameSetting } from '../../protocol/lamp/lamp';
import { OchnoError } from '../../protocol/ochno-error';
import { actionTopic, type PortAddress } from '../../protocol/topics/address';
import { onAbort } from '../time/abort-listeners';
import { sleep } from '../time/deadline';
import type { DeliveryTerms, PortDelivery } from './port-delivery';
import type { SubmissionOutcome } from './submission';

/** Each step has a deadline of its own. */
type BlinkTerms = Omit<DeliveryTerms, 'deadlineMs'>;

const times = 3;
/** Long enough to be seen, also of a lamp that takes its time to get there. */
const halfMs = 500;
/** The present level is asked for so long; without it the lamp is taken to be dark. */
const lookUpMs = 3_000;
/** A step that could not leave by then is of no use any more; the first one shows whether there is a connection. */
const firstStepMs = 5_000;
const stepMs = 2_000;
const restoreMs = 10_000;
/** Reports of a lamp on its way follow each other more closely. */
const strayMs = 250;

/**
 * Lets a lamp be found by eye: it blinks three times and is then what it was before, which takes three seconds, and at most
 * twenty. A newer command, or somebody who switches the lamp meanwhile, ends it and has the last word.
 */
export class LampBlink {
  readonly #address: PortAddress;
  readonly #delivery: PortDelivery;
  readonly #terms: BlinkTerms;
  #before = 0;
  #contrast = 100;
  /** Aborted once somebody else has the last word. */
  readonly #over = new AbortController();
  #hasBegun = false;
  /** When the lamp last reported a level that is neither of the two. */
  #strayAtMs: number | undefined;

  constructor(address: PortAddress, delivery: PortDelivery, terms: BlinkTerms) {
    this.#address = address;
    this.#delivery = delivery;
    this.#terms = terms;
  }

  /**
   * @returns `acknowledged` once the lamp has been told to be what it was; `replaced` where somebody else had the last word
   * @throws {OchnoError} `OCHNO_TIMEOUT` when there was no connection; `OCHNO_REFUSED`; `OCHNO_CLOSED`
   */
  async run(): Promise<SubmissionOutcome> {
    const { register, lamps } = this.#delivery;
    const { arrival, signals } = this.#terms;
    const following = lamps.follow(this.#address, (data, surprises) => this.#hear(data, surprises.includes('level')));
    const undo = [
      () => following.end(),
      register.enter(actionTopic(this.#address), arrival, {
        properties: ['lamp.level'],
        replace: () => this.#over.abort(),
      }),
    ];
    try {
      await this.#lookUp();
      // At once, while the connection still is there: a lamp is not left dark because of a deploy.
      for (const signal of signals) undo.push(onAbort(signal, () => this.#close()));
      return await this.#blink();
    } finally {
      for (const stop of undo) stop();
    }
  }

  async #lookUp(): Promise<void> {
    const { lamps } = this.#delivery;
    try {
      const limits = { ...this.#terms, deadlineMs: this.#terms.clock.monotonicMs() + lookUpMs };
      if (!lamps.knows(this.#address, ['level'])) await lamps.learn(this.#address, ['level'], limits);
    } catch (error) {
      if (!(error instanceof OchnoError) || error.code === 'OCHNO_CLOSED') throw error;
    }
    this.#before = lamps.present(this.#address).level ?? 0;
    this.#contrast = this.#before < 50 ? 100 : 0;
  }

  async #blink(): Promise<SubmissionOutcome> {
    await this.#begin();
    for (let half = 1; half < 2 * times; half += 1) {
      await sleep(this.#terms.clock, halfMs, this.#over.signal).catch(() => undefined);
      if (this.#isTakenOver()) return 'replaced';
      // One that got lost is made good by the next.
      if (half < 2 * times - 1)
        this.#send(half % 2 === 1 ? this.#before : this.#contrast, stepMs).catch(() => undefined);
    }
    return this.#restore();
  }

  /** Whether a first step that left and was not acknowledged has arrived, nobody can tell: the lamp is restored all the same. */
  async #begin(): Promise<void> {
    try {
      await this.#send(this.#contrast, firstStepMs);
    } catch (error) {
      if (this.#hasBegun && !this.#isTakenOver()) await this.#restore();
      throw error;
    }
  }

  #restore(): Promise<SubmissionOutcome> {
    return this.#send(this.#before, restoreMs, false);
  }

  #send(level: number, timeoutMs: number, isPassing = true): Promise<SubmissionOutcome> {
    // The account's end withdraws none of them: the last word is sent at that very moment.
    const terms = { ...this.#terms, signals: [], deadlineMs: this.#terms.clock.monotonicMs() + timeoutMs };
    const onPublished = (): void => {
      this.#hasBegun = true;
    };
    return this.#delivery.publish(lampAction(this.#address, { level }), terms, { isPassing, onPublished });
  }

  #hear(data: unknown, isSurprise: boolean): void {
    if (!this.#hasBegun) return;
    if (isSurprise) this.#over.abort();
    const level = findLamp(data)?.level;
    if (level === undefined) return;
    const isOurs = [this.#before, this.#contrast].some((own) => isSameSetting('level', level, own));
    this.#strayAtMs = isOurs ? undefined : this.#terms.clock.monotonicMs();
  }

  /** A level in between at which the lamp has come to rest is none of ours. */
  #isTakenOver(): boolean {
    const isStray = this.#strayAtMs !== undefined && this.#terms.clock.monotonicMs() - this.#strayAtMs > strayMs;
    return this.#over.signal.aborted || isStray;
  }

  #close(): void {
    if (this.#hasBegun && !this.#isTakenOver()) this.#restore().catch(() => undefined);
    this.#over.abort();
  }
}
