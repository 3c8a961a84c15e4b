import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Handover, type HandoverSide } from '../../../src/protocol/stream/deduplicator';

const topic = '/ports/c/l/h/p';
const matchWindowMs = 500;

/** How late a copy is on each side, and how far apart the events of a burst are, at most. */
const mostDelayMs = 40;
const longestBurstMs = 10;
const leastPauseMs = 2 * mostDelayMs + longestBurstMs + 1;

interface PublishedEvent {
  readonly text: string;
  readonly atMs: number;
  readonly oldDelayMs: number;
  readonly newDelayMs: number;
}

/** What both sides bring of events of which the old side gets those before `oldEndMs`, the new those from `newStartMs`. */
function passedOn(events: readonly PublishedEvent[], newStartMs: number, oldEndMs: number): string[] {
  const handover = new Handover({ matchWindowMs });
  const arrivals = events.flatMap(({ text, atMs, oldDelayMs, newDelayMs }) => [
    ...(atMs < oldEndMs ? [{ side: 'old' as HandoverSide, text, atMs: atMs + oldDelayMs }] : []),
    ...(atMs >= newStartMs ? [{ side: 'new' as HandoverSide, text, atMs: atMs + newDelayMs }] : []),
  ]);
  arrivals.sort((one, other) => one.atMs - other.atMs);
  return arrivals
    .filter(({ side, text, atMs }) => handover.accept(side, topic, Buffer.from(text), atMs))
    .map(({ text }) => text);
}

const published = (events: readonly PublishedEvent[]): string[] => events.map(({ text }) => text).sort();

const delay = fc.integer({ min: 0, max: mostDelayMs });
const copy = fc.record({ afterMs: fc.integer({ min: 0, max: longestBurstMs }), oldDelayMs: delay, newDelayMs: delay });
const burst = fc.record({
  pauseMs: fc.integer({ min: leastPauseMs, max: 300 }),
  copies: fc.array(copy, { minLength: 1, maxLength: 4 }),
});

/** Equal events, together or a pause apart, again and again for some seconds. */
const equalEvents = (text: string): fc.Arbitrary<PublishedEvent[]> =>
  fc.array(burst, { minLength: 10, maxLength: 40, size: 'max' }).map((bursts) => {
    let atMs = 0;
    return bursts.flatMap(({ pauseMs, copies }) => {
      atMs += pauseMs + longestBurstMs;
      return copies.map(({ afterMs, ...delays }) => ({ text, atMs: atMs + afterMs, ...delays }));
    });
  });

function feed(handover: Handover, steps: readonly [side: HandoverSide, text: string, atMs: number][]): boolean[] {
  return steps.map(([side, text, atMs]) => handover.accept(side, topic, Buffer.from(text), atMs));
}

describe('a handover from one connection to another', () => {
  it('passes on what either side brings first, and the copy never', () => {
    const passes = feed(new Handover({ matchWindowMs }), [
      ['old', 'a', 0],
      ['new', 'a', 10],
      ['new', 'b', 20],
      ['old', 'b', 30],
      ['old', 'only old', 40],
      ['new', 'only new', 50],
    ]);
    assert.deepEqual(passes, [true, false, true, false, true, true]);
  });

  it('passes on equal events as often as they were published', () => {
    const passes = feed(new Handover({ matchWindowMs }), [
      ['old', 'a', 0],
      ['old', 'a', 1],
      ['new', 'a', 2],
      ['new', 'a', 3],
      ['new', 'a', 4],
      ['old', 'a', 5],
    ]);
    assert.deepEqual(passes, [true, true, false, false, true, false]);
  });

  it('tells topics and payloads apart', () => {
    const handover = new Handover({ matchWindowMs });
    assert.ok(handover.accept('old', '/ports/c/l/h/p1', Buffer.from('a'), 0));
    assert.ok(handover.accept('new', '/ports/c/l/h/p2', Buffer.from('a'), 0));
    assert.ok(handover.accept('new', '/ports/c/l/h/p1', Buffer.from([0xff]), 0));
    assert.ok(handover.accept('old', '/ports/c/l/h/p1', Buffer.from([0xfe]), 0));
    assert.ok(!handover.accept('new', '/ports/c/l/h/p1', Buffer.from('a'), 0));
  });

  it('does not take an event for the copy of an equal one from before the match window', () => {
    const passes = feed(new Handover({ matchWindowMs }), [
      ['old', 'a', 0],
      ['new', 'a', matchWindowMs + 1],
      ['old', 'b', 1000],
      ['new', 'b', 1000 + matchWindowMs],
    ]);
    assert.deepEqual(passes, [true, true, true, false]);
  });

  for (const leader of ['old', 'new'] as const) {
    it(`loses and doubles no heartbeat, always the same, that the ${leader} side brings a little earlier`, () => {
      const [oldDelayMs, newDelayMs] = leader === 'old' ? [0, 5] : [5, 0];
      const events = Array.from({ length: 40 }, (_, n) => ({ text: 'beat', atMs: n * 100, oldDelayMs, newDelayMs }));
      for (const newStartMs of [950, 1000, 1003]) {
        for (const oldEndMs of [2000, 2003, 2050]) {
          assert.equal(passedOn(events, newStartMs, oldEndMs).length, events.length);
        }
      }
    });
  }

  it('passes on every event once, many of them equal, wherever the one side begins and the other ends', () => {
    const stream = fc.tuple(equalEvents('a'), equalEvents('b'), equalEvents('c')).map((lists) => lists.flat());
    const start = fc.integer({ min: 0, max: 2500 });
    const overlap = fc.integer({ min: matchWindowMs + 2 * mostDelayMs, max: 3000 });
    fc.assert(
      fc.property(stream, start, overlap, (events, newStartMs, overlapMs) => {
        assert.deepEqual(passedOn(events, newStartMs, newStartMs + overlapMs).sort(), published(events));
      }),
      { numRuns: 500 },
    );
  });

  it('passes on every event once where all differ, however short the overlap and in whatever order copies come', () => {
    const late = fc.integer({ min: 0, max: matchWindowMs });
    const event = fc.record({ atMs: fc.integer({ min: 0, max: 3000 }), oldDelayMs: late, newDelayMs: late });
    const stream = fc
      .array(event, { maxLength: 60 })
      .map((events) => events.map((one, n) => ({ ...one, text: `${n}` })));
    const moment = fc.integer({ min: 0, max: 3000 });
    fc.assert(
      fc.property(stream, moment, moment, (events, one, other) => {
        const passed = passedOn(events, Math.min(one, other), Math.max(one, other));
        assert.deepEqual(passed.sort(), published(events));
      }),
      { numRuns: 300 },
    );
  });

  it('remembers the last 20 000 arrivals, and forgets first what has been silent longest', () => {
    const handover = new Handover({ matchWindowMs });
    feed(handover, [
      ['old', 'first', 0],
      ['old', 'second', 0],
    ]);
    for (let n = 0; n < 19_998; n += 1) handover.accept('old', topic, Buffer.from(`${n}`), 1);
    assert.deepEqual(feed(handover, [['new', 'second', 2]]), [false]);
    assert.deepEqual(feed(handover, [['new', 'first', 2]]), [true]);
    assert.deepEqual(feed(handover, [['new', '19997', 2]]), [false]);
  });

  it('remembers at most a thousand equal ones', () => {
    const handover = new Handover({ matchWindowMs });
    for (let n = 0; n < 5000; n += 1) assert.ok(handover.accept('old', topic, Buffer.from('a'), 0));
    let copies = 0;
    for (let n = 0; n < 5000; n += 1) if (!handover.accept('new', topic, Buffer.from('a'), 0)) copies += 1;
    assert.ok(copies > 0 && copies <= 1000, `${copies}`);
  });

  it('keeps up with a flood of equal events', () => {
    const handover = new Handover({ matchWindowMs });
    let passed = 0;
    for (let n = 0; n < 10_000; n += 1) {
      for (const side of ['old', 'new'] as const)
        if (handover.accept(side, topic, Buffer.from('a'), n / 10)) passed += 1;
    }
    assert.equal(passed, 10_000);
  });

  it('knows the copy that a stalled old side brings long after the new side’s', () => {
    const handover = new Handover({ matchWindowMs });
    const late = 20 * matchWindowMs;
    assert.deepEqual(
      feed(handover, [
        ['new', 'twice', 0],
        ['new', 'twice', 1],
        ['new', 'once', 2],
        ['old', 'twice', late],
        ['old', 'once', late + 1],
        ['old', 'twice', late + 2],
        ['old', 'kept for the old side', late + 3],
      ]),
      [true, true, true, false, false, false, true],
    );
  });

  it('knows the copy that a stalled new side brings long after the old side’s, as long as it is not settled', () => {
    const handover = new Handover({ matchWindowMs });
    const late = 20 * matchWindowMs;
    const accept = (side: HandoverSide, text: string, nowMs: number, settledMs: number): boolean =>
      handover.accept(side, topic, Buffer.from(text), nowMs, settledMs);
    assert.equal(accept('old', 'late', 100, 100), true);
    assert.equal(accept('old', 'later', 100, 100), true);
    assert.equal(accept('new', 'late', late, matchWindowMs + 100), false);
    assert.equal(accept('new', 'later', late, matchWindowMs + 101), true);
  });

  it('knows whether the old side still brings what the broker had kept for it alone', () => {
    const handover = new Handover({ matchWindowMs });
    feed(handover, [
      ['old', 'kept', 10],
      ['old', 'live', 20],
      ['new', 'live', 30],
    ]);
    assert.equal(handover.isBehind(0, matchWindowMs), false, 'the copy may yet come');
    assert.equal(handover.isBehind(0, matchWindowMs + 11), true);
    assert.equal(handover.isBehind(15, matchWindowMs + 40), false, 'nothing of that kind came since');
  });

  it('takes late copies of the old side for a sign that it brings what the broker had kept: there may be more behind them', () => {
    const handover = new Handover({ matchWindowMs });
    const late = 20 * matchWindowMs;
    feed(handover, [
      ['new', 'long ago', 0],
      ['new', 'just now', late],
      ['old', 'just now', late + 1],
    ]);
    assert.equal(handover.isBehind(0, late + 1), false);
    feed(handover, [['old', 'long ago', late + 2]]);
    assert.equal(handover.isBehind(late, late + 2), true);
    assert.equal(handover.isBehind(late + 3, late + 3), false);
  });
});
