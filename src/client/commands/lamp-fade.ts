import type { LampField, LampFields } from '../../protocol/lamp/lamp';
import { type FadedFields, fadeStep, fadeStepEveryMs, nextFadeStepMs } from '../../protocol/lamp/lamp-fade-steps';
import { OchnoError } from '../../protocol/ochno-error';
import type { Clock } from '../time/clock';
import type { CommandAtPort } from './command-register';
import type { FadePace } from './fade-pace';
import type { SubmissionOutcome } from './submission';

export interface FadeStep {
  readonly fields: LampFields;
  /** Whether the fade goes on from here. */
  readonly isPassing: boolean;
  /** Withdraws the step as long as it has not left. */
  readonly signal: AbortSignal;
  /** To be called as it leaves. */
  readonly onPublished: () => void;
}

export interface FadePlan {
  /** Where the lamp is now. */
  readonly start: FadedFields;
  /** What moves from `start` to here. */
  readonly target: FadedFields;
  /** What is set with the first step. */
  readonly extras: LampFields;
  readonly transitionMs: number;
}

interface LampFadeParts {
  readonly clock: Clock;
  readonly pace: FadePace;
  readonly send: (step: FadeStep) => Promise<SubmissionOutcome>;
}

/**
 * One fade of one lamp, from its construction on. Each step is what the lamp should be at that moment, so a step that
 * could not leave in time is replaced by the next and none acts late. It ends with the outcome of its last step, which
 * is exactly the target, or where it is stopped: by a newer command, or by whoever switches the lamp meanwhile.
 */
export class LampFade implements CommandAtPort {
  /** Rejects with what the last step, or one that was refused, failed with; with `OCHNO_CLOSED` after `close`. */
  readonly outcome: Promise<SubmissionOutcome>;
  readonly #plan: FadePlan;
  readonly #parts: LampFadeParts;
  readonly #endMs: number;
  readonly #withdrawal = new AbortController();
  #target: FadedFields;
  #extras: LampFields;
  #lastStep: FadedFields;
  /** The last step has left and decides the outcome. */
  #isDecided = false;
  #cancelTick: () => void = () => undefined;
  #withdrawTurn: () => void = () => undefined;
  #resolve: (outcome: SubmissionOutcome) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(plan: FadePlan, parts: LampFadeParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#target = plan.target;
    this.#extras = plan.extras;
    this.#lastStep = fadeStep(plan.start, plan.target, 0);
    this.#endMs = parts.clock.monotonicMs() + plan.transitionMs;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#tick();
  }

  get properties(): readonly string[] {
    return Object.keys({ ...this.#target, ...this.#extras }).map((field) => `lamp.${field}`);
  }

  /** A newer command sets all that fades: stops where it is. */
  replace(): void {
    if (this.#isDecided) return;
    this.#stop();
    this.#resolve('replaced');
  }

  /** A newer command sets a part of it: the rest goes on. */
  narrow(properties: readonly string[]): void {
    const isLeft = ([field]: [string, unknown]): boolean => !properties.includes(`lamp.${field}`);
    this.#target = Object.fromEntries(Object.entries(this.#target).filter(isLeft));
    this.#extras = Object.fromEntries(Object.entries(this.#extras).filter(isLeft));
  }

  /** Something else has changed these fields of the lamp: stops if they are among those that fade, and lets it be. */
  contradicted(fields: readonly LampField[]): void {
    if (fields.some((field) => Object.hasOwn(this.#target, field))) this.replace();
  }

  /** Leaves the lamp at the last step sent. */
  close(): void {
    this.#stop();
    if (this.#isDecided) return;
    this.#reject(new OchnoError('OCHNO_CLOSED', 'closed during a fade: the lamp stays at the last step sent'));
  }

  #stop(): void {
    this.#cancelTick();
    this.#withdrawTurn();
    this.#withdrawal.abort();
  }

  #tick(): void {
    this.#withdrawTurn = this.#parts.pace.wait({ endMs: this.#endMs, take: () => this.#step() });
  }

  #step(): void {
    const { start, transitionMs } = this.#plan;
    const { clock } = this.#parts;
    const target = this.#target;
    const remainingMs = this.#endMs - clock.monotonicMs();
    // A timer may be a fraction of a millisecond early.
    if (remainingMs < 1 || Object.keys(target).length === 0) {
      this.#sendStep(target, true).then(this.#resolve, this.#reject);
      return;
    }
    const step = fadeStep(start, target, (transitionMs - remainingMs) / transitionMs);
    const hasMoved = moves(step, this.#lastStep);
    if (hasMoved || Object.keys(this.#extras).length > 0) {
      this.#lastStep = step;
      this.#sendStep(hasMoved ? step : {}, false).catch((error) => this.#stepFailed(error));
    }
    const everyMs = fadeStepEveryMs(start, this.#plan.target, transitionMs);
    this.#cancelTick = clock.after(Math.ceil(nextFadeStepMs(remainingMs, everyMs)), () => this.#tick());
  }

  #sendStep(fields: FadedFields, isLast: boolean): Promise<SubmissionOutcome> {
    const extras = this.#extras;
    const onPublished = (): void => {
      if (this.#extras === extras) this.#extras = {};
      if (isLast) this.#isDecided = true;
    };
    const { signal } = this.#withdrawal;
    return this.#parts.send({ fields: { ...extras, ...fields }, isPassing: !isLast, signal, onPublished });
  }

  /** A step that got lost is made good by the next one; one that was refused will be refused again. */
  #stepFailed(error: unknown): void {
    if (error instanceof OchnoError && error.code === 'OCHNO_TIMEOUT') return;
    this.#stop();
    this.#reject(error);
  }
}

/** Whether anything that still fades is elsewhere than at the step before. */
function moves(step: FadedFields, before: FadedFields): boolean {
  return (['level', 'temp'] as const).some((field) => step[field] !== undefined && step[field] !== before[field]);
}
