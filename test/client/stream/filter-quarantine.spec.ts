import assert from 'node:assert/strict';
import { FilterQuarantine } from '../../../src/client/stream/filter-quarantine';

describe('the quarantine of topic filters', () => {
  const minuteMs = 60_000;
  let nowMs: number;
  let changes: number;
  let quarantine: FilterQuarantine;

  beforeEach(() => {
    nowMs = 0;
    changes = 0;
    quarantine = new FilterQuarantine(
      () => nowMs,
      () => {
        changes += 1;
      },
    );
  });

  const leftOut = (): readonly string[] => [...quarantine.refusals.keys()];

  /** Sends one packet, on which the broker closes the connection. */
  function closeOn(...packet: readonly string[]): readonly string[] {
    quarantine.sent(packet);
    return quarantine.connectionEnded(true).refused;
  }

  it('leaves out a filter that was alone in SUBSCRIBE when the broker closed the connection, twice', () => {
    assert.deepEqual(closeOn('bad'), []);
    assert.deepEqual([leftOut(), changes], [[], 0]);
    assert.deepEqual(closeOn('bad'), ['bad']);
    assert.deepEqual([leftOut(), changes], [['bad'], 1]);
    assert.match(quarantine.refusals.get('bad') ?? '', /closes the connection.*choose/);
  });

  it('needs one close for each further filter once it has seen that the broker refuses in this way', () => {
    for (const _ of [1, 2]) closeOn('bad');
    assert.deepEqual(closeOn('worse'), ['worse']);
  });

  it('leaves out at once what SUBACK refuses', () => {
    const packet = ['good', 'bad'];
    quarantine.sent(packet);
    quarantine.answered(packet, ['bad']);
    assert.deepEqual([leftOut(), changes], [['bad'], 1]);
  });

  it('asks for the filters of a fatal packet to be sent alone, and clears those that get an answer', () => {
    closeOn('good', 'bad');
    assert.ok(quarantine.suspects('good') && quarantine.suspects('bad'));
    const alone = ['good'];
    quarantine.sent(alone);
    quarantine.answered(alone, []);
    assert.ok(!quarantine.suspects('good'));
    assert.deepEqual(leftOut(), []);
  });

  it('blames nobody when it was not the broker that ended the connection', () => {
    for (let cut = 0; cut < 5; cut += 1) {
      quarantine.sent(['innocent']);
      assert.deepEqual(quarantine.connectionEnded(false), { isToBlame: false, refused: [] });
    }
    assert.deepEqual(leftOut(), []);
  });

  it('blames nobody when every packet had its answer', () => {
    const packet = ['answered'];
    quarantine.sent(packet);
    quarantine.answered(packet, []);
    assert.equal(quarantine.connectionEnded(true).isToBlame, false);
  });

  it('lets a new connection try a filter after ten minutes, since a policy may have been mended', () => {
    for (const _ of [1, 2]) closeOn('bad');
    nowMs = 10 * minuteMs - 1;
    quarantine.retry();
    assert.deepEqual(leftOut(), ['bad']);
    nowMs = 10 * minuteMs;
    quarantine.retry();
    assert.deepEqual([leftOut(), changes], [[], 2]);
    assert.deepEqual(quarantine.withoutTrials(['good', 'bad']), ['good'], 'a connection in use does not');
    quarantine.sent(['bad']);
    quarantine.answered(['bad'], []);
    assert.deepEqual(quarantine.withoutTrials(['good', 'bad']), ['good', 'bad']);
  });

  it('waits twice as long each time it is refused again, up to a day', () => {
    for (const _ of [1, 2]) closeOn('bad');
    const waits = [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440];
    for (const minutes of waits) {
      nowMs += minutes * minuteMs - 1;
      quarantine.retry();
      assert.deepEqual(leftOut(), ['bad'], `${minutes} minutes`);
      nowMs += 1;
      quarantine.retry();
      assert.deepEqual(leftOut(), []);
      assert.deepEqual(closeOn('bad'), ['bad'], 'once is enough');
    }
  });
});
