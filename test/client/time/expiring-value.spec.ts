import assert from 'node:assert/strict';
import { ExpiringValue, type Fetched } from '../../../src/client/time/expiring-value';
import { FakeClock } from '../../support/fake-clock';

const hour = 3_600_000;

/** A value whose fetches are answered by hand, in order. */
function setUp(random = 0): { clock: FakeClock; value: ExpiringValue<string>; answers: PromiseWithResolvers[] } {
  const clock = new FakeClock();
  const answers: PromiseWithResolvers[] = [];
  const fetch = (): Promise<Fetched<string>> =>
    new Promise((resolve, reject) => {
      answers.push({ give: (value, lifeMs = hour) => resolve({ value, lifeMs }), fail: reject });
    });
  return { clock, value: new ExpiringValue({ fetch, clock, random: () => random }), answers };
}

interface PromiseWithResolvers {
  readonly give: (value: string, lifeMs?: number) => void;
  readonly fail: (error: Error) => void;
}

function keptIn(value: ExpiringValue<string>): string | undefined {
  return value.kept?.value;
}

describe('an expiring value', () => {
  it('is fetched once for all callers and kept while it lives', async () => {
    const { clock, value, answers } = setUp();
    const all = Promise.all([value.get(), value.get(), value.renew()]);
    answers[0]?.give('one');
    assert.deepEqual(
      (await all).map((living) => living.value),
      ['one', 'one', 'one'],
    );
    await clock.advance(hour - 1);
    assert.equal((await value.get()).value, 'one');
    assert.equal(answers.length, 1);
  });

  it('is fetched again once it has ended', async () => {
    const { clock, value, answers } = setUp();
    const first = value.get();
    answers[0]?.give('one');
    await first;
    await clock.advance(hour);
    assert.equal(keptIn(value), undefined);
    const second = value.get();
    answers[1]?.give('two');
    assert.equal((await second).value, 'two');
  });

  it('is to be renewed after 75 to 80 % of its life', async () => {
    for (const [random, renewAtMs] of [
      [0, 0.75 * hour],
      [1, 0.8 * hour],
    ] as const) {
      const { value, answers } = setUp(random);
      const living = value.get();
      answers[0]?.give('one');
      assert.equal((await living).renewAtMs, renewAtMs);
    }
  });

  it('stays while it lives when its renewal fails', async () => {
    const { value, answers } = setUp();
    const first = value.get();
    answers[0]?.give('one');
    await first;
    const renewal = value.renew();
    assert.equal((await value.get()).value, 'one');
    answers[1]?.fail(new Error('503'));
    await assert.rejects(renewal, /503/);
    assert.equal((await value.get()).value, 'one');
    assert.equal(answers.length, 2);
  });

  it('is replaced by its renewal', async () => {
    const { value, answers } = setUp();
    const first = value.get();
    answers[0]?.give('one');
    await first;
    const renewals = Promise.all([value.renew(), value.renew()]);
    answers[1]?.give('two');
    await renewals;
    assert.equal(keptIn(value), 'two');
    assert.equal(answers.length, 2);
  });

  it('forgets a failed fetch, whose callers all hear of it', async () => {
    const { value, answers } = setUp();
    const both = [value.get(), value.get()];
    answers[0]?.fail(new Error('gone'));
    for (const one of both) await assert.rejects(one, /gone/);
    const again = value.get();
    answers[1]?.give('two');
    assert.equal((await again).value, 'two');
  });

  it('drops only the value that was found bad', async () => {
    const { value, answers } = setUp();
    const first = value.get();
    answers[0]?.give('one');
    await first;
    value.invalidate('other');
    assert.equal(keptIn(value), 'one');
    value.invalidate('one');
    assert.equal(keptIn(value), undefined);
    const second = value.get();
    value.invalidate('one');
    answers[1]?.give('two');
    await second;
    value.invalidate('one');
    assert.equal(keptIn(value), 'two');
  });

  it('ages while the computer sleeps, and is not kept alive by a clock that is set back', async () => {
    const asleep = setUp();
    const first = asleep.value.get();
    asleep.answers[0]?.give('one');
    await first;
    asleep.clock.sleep(3 * hour);
    assert.equal(keptIn(asleep.value), undefined);

    const setBack = setUp();
    const second = setBack.value.get();
    setBack.answers[0]?.give('one');
    await second;
    setBack.clock.jump(-10 * 60_000);
    await setBack.clock.advance(hour);
    assert.equal(keptIn(setBack.value), undefined);
  });

  it('can live for ever', async () => {
    const { clock, value, answers } = setUp();
    const first = value.get();
    answers[0]?.give('one', Number.POSITIVE_INFINITY);
    assert.equal((await first).renewAtMs, Number.POSITIVE_INFINITY);
    await clock.advance(1e12);
    assert.equal(keptIn(value), 'one');
  });
});
