import assert from 'node:assert/strict';
import { FadePace } from '../../../src/client/commands/fade-pace';
import { type FadePlan, type FadeStep, LampFade } from '../../../src/client/commands/lamp-fade';
import type { SubmissionOutcome } from '../../../src/client/commands/submission';
import type { LampFields } from '../../../src/protocol/lamp/lamp';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock, settle } from '../../support/fake-clock';
import { mostInOneSecond } from '../../support/fake-publish-channel';
import { ochnoError } from '../../support/ochno-errors';

interface SentStep {
  readonly fields: LampFields;
  readonly atMs: number;
  readonly isPassing: boolean;
}

const dim: FadePlan = { start: { level: 0 }, target: { level: 100 }, extras: {}, transitionMs: 2_000 };

/** A fade whose steps leave at once and are acknowledged, unless `answer` says otherwise. */
function startFade(plan: FadePlan, answer?: (step: FadeStep) => Promise<SubmissionOutcome> | undefined) {
  const clock = new FakeClock();
  const steps: SentStep[] = [];
  const send = (step: FadeStep): Promise<SubmissionOutcome> => {
    const answered = answer?.(step);
    if (answered !== undefined) return answered;
    step.onPublished();
    steps.push({ fields: step.fields, atMs: clock.monotonicMs(), isPassing: step.isPassing });
    return Promise.resolve('acknowledged');
  };
  const fade = new LampFade(plan, { clock, pace: new FadePace(clock), send });
  return { clock, steps, fade };
}

describe('LampFade', () => {
  it('goes linearly to exactly the target, at most ten steps a second', async () => {
    const { clock, steps, fade } = startFade({ ...dim, target: { level: 33.5 }, transitionMs: 3_000 });
    await clock.advance(3_000);
    assert.equal(await fade.outcome, 'acknowledged');
    assert.deepEqual(steps.at(-1), { fields: { level: 33.5 }, atMs: 3_000, isPassing: false });
    for (const { fields, atMs } of steps) {
      assert.ok(Math.abs((fields.level ?? -1) - (33.5 * atMs) / 3_000) <= 0.5);
    }
    assert.ok(mostInOneSecond(steps.map(({ atMs }) => atMs)) <= 10);
    assert.ok(steps.length > 20);
    assert.ok(steps.slice(0, -1).every(({ isPassing }) => isPassing));
    assert.equal(clock.timers, 0);
  });

  it('sends no step that is equal to the one before', async () => {
    const { clock, steps, fade } = startFade({ ...dim, target: { level: 3 }, transitionMs: 60_000 });
    await clock.advance(60_000);
    await fade.outcome;
    assert.deepEqual(
      steps.map(({ fields }) => fields.level),
      [1, 2, 3],
    );
  });

  it('fades level and temperature together', async () => {
    const start = { level: 100, temp: 3000 };
    const { clock, steps, fade } = startFade({ ...dim, start, target: { level: 0, temp: 5000 } });
    await clock.advance(1_000);
    const { level = 0, temp = 0 } = steps.at(-1)?.fields ?? {};
    assert.ok(Math.abs((temp - 3000) / 2000 - (100 - level) / 100) <= 0.01);
    await clock.advance(1_000);
    assert.equal(await fade.outcome, 'acknowledged');
    assert.deepEqual(steps.at(-1)?.fields, { level: 0, temp: 5000 });
  });

  it('sets the other fields with the first step, once', async () => {
    const { clock, steps, fade } = startFade({ ...dim, extras: { red: 9 } });
    assert.deepEqual(steps[0]?.fields, { red: 9 });
    await clock.advance(2_000);
    await fade.outcome;
    assert.ok(steps.slice(1).every(({ fields }) => fields.red === undefined));
  });

  it('carries the other fields on until a step has left', async () => {
    let isAway = true;
    const { clock, steps } = startFade({ ...dim, extras: { red: 9 } }, () =>
      isAway ? Promise.resolve('replaced') : undefined,
    );
    await clock.advance(500);
    isAway = false;
    await clock.advance(1_500);
    assert.equal(steps[0]?.fields.red, 9);
    assert.ok((steps[0]?.fields.level ?? 0) >= 25);
    assert.ok(steps.slice(1).every(({ fields }) => fields.red === undefined));
  });

  it('is one step if it is shorter than a step, and no fade is too long for its clock', async () => {
    const short = startFade({ ...dim, transitionMs: 50 });
    await short.clock.advance(50);
    assert.deepEqual(short.steps, [{ fields: { level: 100 }, atMs: 50, isPassing: false }]);
    const long = startFade({ ...dim, transitionMs: 24 * 3_600_000 });
    await long.clock.advance(24 * 3_600_000);
    assert.equal(long.steps.length, 100);
  });

  it('catches up after a clock that stood still, and steps on from where it should be', async () => {
    const { clock, steps } = startFade(dim);
    const { after } = clock;
    let late: (() => void) | undefined;
    clock.after = (_delayMs, action) => {
      late = action;
      return () => undefined;
    };
    await clock.advance(112);
    clock.after = after;
    await clock.advance(888);
    late?.();
    assert.equal(steps.at(-1)?.fields.level, 50);
    await clock.advance(1_000);
    assert.equal(steps.at(-1)?.fields.level, 100);
  });

  it('stops where it is for a newer command that sets what fades', async () => {
    const { clock, steps, fade } = startFade(dim);
    await clock.advance(1_000);
    fade.narrow(['lamp.red', 'fan.target1']);
    fade.replace();
    assert.equal(await fade.outcome, 'replaced');
    const count = steps.length;
    await clock.advance(5_000);
    assert.equal(steps.length, count);
    assert.equal(clock.timers, 0);
  });

  it('leaves a field that a newer command sets to that command', async () => {
    const { clock, steps, fade } = startFade({ ...dim, extras: { red: 1, green: 2 } }, (step) =>
      step.fields.level === undefined ? Promise.resolve('replaced') : undefined,
    );
    fade.narrow(['lamp.red']);
    await clock.advance(200);
    assert.equal(steps[0]?.fields.green, 2);
    assert.equal(steps[0]?.fields.red, undefined);
  });

  it('goes on with the rest when a newer command sets a part of what fades', async () => {
    const plan = { ...dim, start: { level: 0, temp: 3000 }, target: { level: 100, temp: 5000 } };
    const { clock, steps, fade } = startFade(plan);
    await clock.advance(1_000);
    fade.narrow(['lamp.temp']);
    assert.deepEqual(fade.properties, ['lamp.level']);
    const count = steps.length;
    await clock.advance(1_000);
    assert.equal(await fade.outcome, 'acknowledged');
    assert.deepEqual(steps.at(-1)?.fields, { level: 100 });
    assert.ok(steps.slice(count).every(({ fields }) => fields.temp === undefined));
    assert.equal(clock.timers, 0);
  });

  it('still sets what it was to set at once when a newer command sets all that fades', async () => {
    // The first step is withdrawn before it has left.
    const lost: LampFields[] = [];
    const { clock, steps, fade } = startFade({ ...dim, extras: { red: 9 } }, ({ fields }) =>
      lost.push(fields) === 1 ? Promise.resolve('replaced') : undefined,
    );
    fade.narrow(['lamp.level']);
    await clock.advance(500);
    assert.equal(await fade.outcome, 'acknowledged');
    assert.deepEqual(
      steps.map(({ fields }) => fields),
      [{ red: 9 }],
    );
    assert.equal(clock.timers, 0);
  });

  it('withdraws the step that waits when it is stopped', async () => {
    const signals: AbortSignal[] = [];
    const { clock, fade } = startFade(dim, (step) => {
      signals.push(step.signal);
      return new Promise(() => undefined);
    });
    await clock.advance(300);
    const closed = assert.rejects(fade.outcome, ochnoError('OCHNO_CLOSED', /stays at the last step sent/));
    fade.close();
    await closed;
    assert.ok(signals.length > 0 && signals.every(({ aborted }) => aborted));
    assert.equal(clock.timers, 0);
  });

  it('lets a last step that has left decide, also when a newer command or the end comes before its answer', async () => {
    for (const end of ['replace', 'close'] as const) {
      let acknowledge: (outcome: SubmissionOutcome) => void = () => undefined;
      const { clock, fade } = startFade(dim, (step) => {
        if (step.isPassing) return undefined;
        step.onPublished();
        return new Promise((resolve) => {
          acknowledge = resolve;
        });
      });
      await clock.advance(2_000);
      if (end === 'close') fade.close();
      else fade.replace();
      acknowledge('acknowledged');
      assert.equal(await fade.outcome, 'acknowledged');
    }
  });

  it('is replaced where a newer command comes while the last step waits', async () => {
    const { clock, fade } = startFade(dim, (step) => {
      if (step.isPassing) return undefined;
      return new Promise((_resolve, reject) => {
        step.signal.addEventListener('abort', () => reject(new OchnoError('OCHNO_CLOSED', 'withdrawn')));
      });
    });
    await clock.advance(2_000);
    fade.replace();
    assert.equal(await fade.outcome, 'replaced');
  });

  it('goes on after a step that got lost, but not after one that was refused', async () => {
    const failing = (code: 'OCHNO_TIMEOUT' | 'OCHNO_REFUSED') =>
      startFade(dim, (step) => (step.isPassing ? Promise.reject(new OchnoError(code, 'no')) : undefined));
    const lossy = failing('OCHNO_TIMEOUT');
    await lossy.clock.advance(2_000);
    assert.equal(await lossy.fade.outcome, 'acknowledged');
    const refused = failing('OCHNO_REFUSED');
    const rejected = assert.rejects(refused.fade.outcome, ochnoError('OCHNO_REFUSED'));
    await refused.clock.advance(2_000);
    await rejected;
    await settle();
    assert.equal(refused.steps.length, 0);
    assert.equal(refused.clock.timers, 0);
  });
});
