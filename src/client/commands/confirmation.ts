import { type Action, type Difference, differencesFrom } from '../../protocol/lamp/action';
import { OchnoError } from '../../protocol/ochno-error';
import { mergePortState } from '../../protocol/stream/port-state';
import { type WaitLimits, within } from '../time/deadline';
import { unconfirmedError } from './action-errors';
import type { CommandAtPort } from './command-register';
import type { LampStates, PortFollowing } from './lamp-states';
import type { SubmissionOutcome } from './submission';

/** A port that obeys says so within this time; else its state is read. */
const eventMs = 2_000;
/** So long before time runs out its state is read once more. */
const lastReadMs = 3_000;

/**
 * Waits for a port to show the values of an action. Its events say so, each only what changed, so what several say is
 * taken together, the newest last. A port that has the values already sends no event, so one that stays silent is read.
 */
export class Confirmation implements CommandAtPort {
  /** Resolves when the events since `start` show the values, or a newer command makes that superfluous. */
  readonly ended: Promise<SubmissionOutcome>;
  /** Resolves if a newer command makes it superfluous. */
  readonly replaced: Promise<'replaced'>;
  readonly #action: Action;
  readonly #lamps: LampStates;
  readonly #following: PortFollowing;
  #confirm: (outcome: 'acknowledged') => void = () => undefined;
  #replace: (outcome: 'replaced') => void = () => undefined;
  #hasStarted = false;
  /** What the events since `start` say, taken together. */
  #events: unknown;
  /** Newer commands set these: the port may never show what this one set them to. */
  readonly #overtaken = new Set<string>();
  /** The port's object, if it was read, with what its events have said since. */
  #object: unknown;
  #readFailure: OchnoError | undefined;

  constructor(action: Action, lamps: LampStates) {
    this.#action = action;
    this.#lamps = lamps;
    this.replaced = new Promise((resolve) => {
      this.#replace = resolve;
    });
    const confirmed = new Promise<'acknowledged'>((resolve) => {
      this.#confirm = resolve;
    });
    this.ended = Promise.race([this.replaced, confirmed]);
    this.#following = lamps.follow(action.address, (data) => this.#hear(data));
  }

  /** Resolves once the events can be heard: nothing may be published before. Rejects when they can't. */
  get ready(): Promise<void> {
    return this.#following.ready;
  }

  /** Those that the port is still to show. */
  get properties(): readonly string[] {
    return this.#action.properties.filter((property) => !this.#overtaken.has(property));
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** The action leaves: what the port has said before confirms nothing. */
  start(): void {
    this.#hasStarted = true;
  }

  /** A newer command sets all of its values. */
  replace(): void {
    this.#replace('replaced');
  }

  narrow(properties: readonly string[]): void {
    for (const property of properties) this.#overtaken.add(property);
    if (this.#isShown) this.#confirm('acknowledged');
  }

  /**
   * The end of the wait, once the action is on its way.
   *
   * @param doubt why nobody can tell whether the broker has it
   * @throws {OchnoError} `OCHNO_TIMEOUT` that says how the port differs, at the deadline, or earlier if the port obeys as
   *   far as it can; `OCHNO_CLOSED`
   */
  async outcome(limits: WaitLimits, doubt: OchnoError | undefined): Promise<SubmissionOutcome> {
    if (doubt === undefined && this.#lamps.shows(this.#action)) return 'acknowledged';
    for (const readAtMs of readTimes(limits)) {
      const ended = (await this.#endedBy(readAtMs, limits)) ?? (await Promise.race([this.#read(limits), this.ended]));
      if (ended !== undefined) return ended;
      if (this.#lacksProperties()) throw this.#unconfirmed(undefined);
    }
    const ended = await this.#endedBy(limits.deadlineMs, limits);
    if (ended === undefined) throw this.#unconfirmed(doubt);
    return ended;
  }

  stop(): void {
    this.#following.end();
  }

  #hear(data: unknown): void {
    if (!this.#hasStarted) return;
    this.#events = mergePortState(this.#events, data);
    if (this.#object !== undefined) this.#object = mergePortState(this.#object, data);
    // Of what the lamp had already its events say nothing.
    if (this.#isShown || this.#lamps.shows(this.#action)) this.#confirm('acknowledged');
  }

  async #endedBy(timeMs: number, limits: WaitLimits): Promise<SubmissionOutcome | undefined> {
    try {
      return await within(this.ended, { ...limits, deadlineMs: timeMs }, 'the confirmation');
    } catch (error) {
      if (error instanceof OchnoError && error.code === 'OCHNO_TIMEOUT') return undefined;
      throw error;
    }
  }

  /** What was read is older than what events have said since. */
  async #read(limits: WaitLimits): Promise<SubmissionOutcome | undefined> {
    try {
      const object = await this.#lamps.read(this.#action.address, limits);
      this.#object = this.#events === undefined ? object : mergePortState(object, this.#events);
      this.#readFailure = undefined;
      return this.#isShown ? 'acknowledged' : undefined;
    } catch (error) {
      if (!(error instanceof OchnoError) || error.code === 'OCHNO_CLOSED') throw error;
      this.#readFailure = error;
      return undefined;
    }
  }

  get #isShown(): boolean {
    return (this.#object ?? this.#events) !== undefined && this.#differences.length === 0;
  }

  /** Of what the port has said so far. */
  get #differences(): readonly Difference[] {
    const all = differencesFrom(this.#object ?? this.#events, this.#action);
    return all.filter(({ property }) => !this.#overtaken.has(property));
  }

  /** Whether the port shows all that it has, and the rest is nothing it has: waiting would not change that. */
  #lacksProperties(): boolean {
    if (this.#object === undefined) return false;
    const differences = this.#differences;
    const isAllLacking = differences.every(({ shown }) => shown === undefined);
    return isAllLacking && differences.length < this.properties.length;
  }

  #unconfirmed(doubt: OchnoError | undefined): OchnoError {
    const { topic } = this.#action;
    return unconfirmedError(topic, { doubt, differences: this.#differences, readFailure: this.#readFailure });
  }
}

/** Soon after the action, and once more before time runs out if that is much later. */
function readTimes({ clock, deadlineMs }: WaitLimits): readonly number[] {
  const nowMs = clock.monotonicMs();
  const first = nowMs + Math.min(eventMs, (deadlineMs - nowMs) / 2);
  const last = deadlineMs - lastReadMs;
  return last > first + lastReadMs ? [first, last] : [first];
}
