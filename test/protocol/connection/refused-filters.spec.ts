import assert from 'node:assert/strict';
import { RefusedFilters } from '../../../src/protocol/connection/refused-filters';

describe('the filters that a broker refuses', () => {
  const minuteMs = 60_000;
  let nowMs: number;
  let changes: number;
  let blamed: string[];
  let filters: RefusedFilters;

  beforeEach(() => {
    nowMs = 0;
    changes = 0;
    blamed = [];
    filters = new RefusedFilters(
      () => nowMs,
      (closedOn) => {
        changes += 1;
        blamed.push(...closedOn);
      },
    );
  });

  const leftOut = (): readonly string[] => [...filters.refusals.keys()];

  /** The broker closes the connection on these; returns which of them is found out. */
  function closeOn(...unanswered: readonly string[]): readonly string[] {
    blamed = [];
    filters.closedOn(unanswered);
    return blamed;
  }

  it('leaves out a filter that was alone in SUBSCRIBE when the broker closed the connection, twice', () => {
    assert.deepEqual(closeOn('bad'), []);
    assert.deepEqual([leftOut(), changes], [[], 0]);
    assert.deepEqual(closeOn('bad'), ['bad']);
    assert.deepEqual([leftOut(), changes], [['bad'], 1]);
    assert.match(filters.refusals.get('bad') ?? '', /closes the connection.*choose/);
  });

  it('needs one close for each further filter once it has seen that the broker refuses in this way', () => {
    for (const _ of [1, 2]) closeOn('bad');
    assert.deepEqual(closeOn('worse'), ['worse']);
  });

  it('leaves out at once what SUBACK refuses', () => {
    const packet = ['good', 'bad'];
    filters.answered(packet, ['bad']);
    assert.deepEqual([leftOut(), changes], [['bad'], 1]);
  });

  it('asks for the filters of a fatal packet to be sent alone, and clears those that get an answer', () => {
    closeOn('good', 'bad');
    assert.ok(filters.suspects('good') && filters.suspects('bad'));
    const alone = ['good'];
    filters.answered(alone, []);
    assert.ok(!filters.suspects('good'));
    assert.deepEqual(leftOut(), []);
  });

  it('lets a new connection try a filter after ten minutes, since a policy may have been mended', () => {
    for (const _ of [1, 2]) closeOn('bad');
    nowMs = 10 * minuteMs - 1;
    filters.retry();
    assert.deepEqual(leftOut(), ['bad']);
    nowMs = 10 * minuteMs;
    filters.retry();
    assert.deepEqual([leftOut(), changes], [[], 2]);
    assert.ok(filters.isTrial(['good', 'bad']), 'a connection in use stays as it is');
    assert.ok(!filters.isTrial(['good']));
    filters.answered(['bad'], []);
    assert.ok(!filters.isTrial(['good', 'bad']));
    filters.endTrials();
    assert.deepEqual([leftOut(), changes], [[], 3]);
  });

  it('leaves out again what a new connection did not come to ask for, until the next one', () => {
    for (const _ of [1, 2]) closeOn('bad');
    nowMs = 10 * minuteMs;
    filters.retry();
    filters.endTrials();
    assert.deepEqual(leftOut(), ['bad']);
    assert.ok(!filters.suspects('bad'));
    assert.ok(!filters.isTrial(['bad']), 'a connection in use does not try it');
    filters.retry();
    assert.deepEqual(leftOut(), []);
    assert.deepEqual(closeOn('bad'), ['bad'], 'once is enough');
    filters.endTrials();
    assert.deepEqual(leftOut(), ['bad']);
  });

  it('waits twice as long each time it is refused again, up to a day', () => {
    for (const _ of [1, 2]) closeOn('bad');
    const waits = [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440];
    for (const minutes of waits) {
      nowMs += minutes * minuteMs - 1;
      filters.retry();
      assert.deepEqual(leftOut(), ['bad'], `${minutes} minutes`);
      nowMs += 1;
      filters.retry();
      assert.deepEqual(leftOut(), []);
      assert.deepEqual(closeOn('bad'), ['bad'], 'once is enough');
      filters.endTrials();
    }
  });
});
