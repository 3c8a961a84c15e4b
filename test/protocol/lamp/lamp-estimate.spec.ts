import assert from 'node:assert/strict';
import { FakeClock } from '../../support/fake-clock';
import { estimateAt, sent } from './estimates';

describe('LampEstimate', () => {
  it('puts partial events together', () => {
    const estimate = estimateAt(new FakeClock());
    assert.equal(estimate.knows(['level']), false);
    estimate.shown({ level: 40 });
    estimate.shown({ temp: 3000 });
    assert.deepEqual(estimate.present(), { level: 40, temp: 3000, lastLitLevel: 40 });
    assert.equal(estimate.knows(['level', 'temp']), true);
    assert.equal(estimate.knows(['red']), false);
  });

  it('remembers the last level that was not 0', () => {
    const estimate = estimateAt(new FakeClock());
    estimate.shown({ level: 40 });
    estimate.shown({ level: 0 });
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 40 });
    estimate.forget();
    estimate.read({ level: 0 });
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 40 });
    sent(estimate, 70);
    sent(estimate, 0);
    assert.equal(estimate.present().lastLitLevel, 70);
  });

  it('counts what was sent as present, acknowledged or not, until an event shows it', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    estimate.shown({ level: 20 });
    for (const level of [30, 40, 50]) {
      assert.equal(estimate.present().level, level - 10);
      sent(estimate, level);
    }
    estimate.shown({ level: 30 });
    assert.equal(estimate.present().level, 50);
    estimate.shown({ level: 50 });
    assert.equal(estimate.present().level, 50);
    await clock.advance(3_000);
    estimate.shown({ level: 25 });
    assert.equal(estimate.present().level, 25);
  });

  it('believes an event that shows something else over what was acknowledged before it, and comes back to it if it stays', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    sent(estimate, 50);
    estimate.shown({ level: 80, temp: 3000 });
    assert.deepEqual(estimate.present(), { level: 80, temp: 3000, lastLitLevel: 50 });
    await clock.advance(3_000);
    assert.deepEqual(estimate.present(), { level: 80, temp: 3000, lastLitLevel: 80 });
    sent(estimate, 0);
    estimate.shown({ level: 0 });
    assert.equal(estimate.present().lastLitLevel, 80);
  });

  it('lets an event about other things end nothing', () => {
    const estimate = estimateAt(new FakeClock());
    sent(estimate, 50);
    estimate.shown({ temp: 3000 });
    assert.deepEqual(estimate.present(), { temp: 3000, level: 50, lastLitLevel: 50 });
  });

  it('keeps a command that has not left over an event that can know nothing of it', () => {
    const estimate = estimateAt(new FakeClock());
    const note = estimate.sending({ level: 50 }, false);
    estimate.shown({ level: 50 });
    estimate.shown({ level: 20 });
    assert.equal(estimate.present().level, 50);
    note.published();
    estimate.shown({ level: 30 });
    assert.equal(estimate.present().level, 50);
    note.failed('unsent');
    assert.equal(estimate.present().level, 30);
  });

  it('knows the level no longer when the outcome of a command is unknown', () => {
    const estimate = estimateAt(new FakeClock());
    estimate.shown({ level: 20, temp: 3000 });
    sent(estimate, 30);
    const note = estimate.sending({ level: 40 }, false);
    note.published();
    note.failed('unknown');
    assert.equal(estimate.knows(['level']), false);
    assert.equal(estimate.knows(['temp']), true);
  });

  it('goes by a later command all the same', () => {
    const estimate = estimateAt(new FakeClock());
    const lost = estimate.sending({ level: 40 }, false);
    lost.published();
    estimate.sending({ level: 50 }, false);
    lost.failed('unknown');
    assert.equal(estimate.present().level, 50);
  });

  it('keeps what was shown since over what a read gives', () => {
    const estimate = estimateAt(new FakeClock());
    estimate.shown({ level: 0 });
    estimate.read({ level: 70, temp: 3000 });
    assert.deepEqual(estimate.present(), { level: 0, temp: 3000 });
  });

  it('forgets after a gap all but the last lit level and what has yet to arrive', () => {
    const estimate = estimateAt(new FakeClock());
    estimate.shown({ level: 20, temp: 3000 });
    sent(estimate, 30);
    estimate.sending({ red: 5 }, false);
    estimate.forget();
    assert.deepEqual(estimate.present(), { red: 5, lastLitLevel: 30 });
  });

  it('never comes back to a step of a fade', () => {
    const estimate = estimateAt(new FakeClock());
    estimate.shown({ level: 80 });
    for (const level of [40, 1, 0]) {
      const note = estimate.sending({ level }, level > 0);
      note.published();
      note.acknowledged();
    }
    estimate.shown({ level: 40 });
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 80 });
    estimate.shown({ level: 1 });
    estimate.shown({ level: 0 });
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 80 });
  });

  it('stays small and right where no event ever comes', () => {
    const estimate = estimateAt(new FakeClock());
    for (let level = 1; level <= 100; level += 1) sent(estimate, level);
    assert.deepEqual(estimate.present(), { level: 100, lastLitLevel: 100 });
    estimate.shown({ level: 5 });
    assert.equal(estimate.present().level, 5);
  });

  it('takes the report of a value that the lamp had before for that of no newer one', async () => {
    for (const levels of [
      [0, 1, 0],
      [0, 80, 0, 100],
      [50, 10, 50, 80],
    ]) {
      const clock = new FakeClock();
      const estimate = estimateAt(clock);
      const [present, ...rest] = levels as [number, ...number[]];
      estimate.shown({ level: present });
      sent(estimate, present);
      for (const level of rest) sent(estimate, level);
      for (const level of levels) {
        await clock.advance(100);
        assert.deepEqual(estimate.shown({ level }), [], `${level} of ${levels.join()}`);
        assert.equal(estimate.present().level, levels.at(-1));
      }
      await clock.advance(60_000);
      assert.deepEqual(estimate.shown({ level: 20 }), ['level']);
    }
  });

  it('B4: believes what was sent for some seconds without an echo, and no longer', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    estimate.shown({ level: 0, temp: 3000 });
    for (const level of [10, 20, 30]) sent(estimate, level);
    await clock.advance(4_000);
    assert.equal(estimate.present().level, 30);
    await clock.advance(2_000);
    assert.equal(estimate.knows(['level']), false);
    assert.equal(estimate.knows(['temp']), true);
    estimate.read({ level: 0 });
    assert.equal(estimate.present().level, 0);
    estimate.shown({ level: 7 });
    assert.equal(estimate.present().level, 7);
  });

  it('B4: needs no echo of what the lamp had before, however often it is sent at once', () => {
    const estimate = estimateAt(new FakeClock());
    estimate.shown({ level: 40 });
    const notes = [estimate.sending({ level: 40 }, false), estimate.sending({ level: 40 }, false)];
    for (const note of notes) note.published();
    for (const note of notes) note.acknowledged();
    assert.equal(estimate.shows({ level: 40 }), true);
  });

  it('B4: needs no echo of what the lamp had before', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    estimate.shown({ level: 33 });
    sent(estimate, 33.3);
    await clock.advance(60_000);
    assert.equal(estimate.present().level, 33);
  });

  it('B4: counts what has not left, however long it waits', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    estimate.shown({ level: 0 });
    estimate.sending({ level: 10 }, false);
    await clock.advance(60_000);
    assert.equal(estimate.present().level, 10);
  });
});
