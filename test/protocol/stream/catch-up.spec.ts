import assert from 'node:assert/strict';
import { CatchUp, type CatchUpStart } from '../../../src/protocol/stream/catch-up';

/** After how many seconds the broker is taken to have sent what it had kept. */
function secondsOf(start: CatchUpStart, perSecond: (second: number) => number): number {
  const catchUp = new CatchUp(start);
  for (let second = 1; second < 1000; second += 1) if (catchUp.second(perSecond(second))) return second;
  return Number.POSITIVE_INFINITY;
}

describe('catching up with what a broker kept', () => {
  const cases: [what: string, start: CatchUpStart, perSecond: (second: number) => number, seconds: number][] = [
    ['is over after a second in which nothing comes', {}, () => 0, 1],
    ['is over once nothing comes any more', {}, (second) => (second < 8 ? 10 : 0), 8],
    ['is over once no more comes than usual', { usualPerSecond: 5 }, (second) => (second < 5 ? 15 : 5), 7],
    ['is over once the burst of a broker that sends at once is over', {}, (second) => (second === 1 ? 500 : 40), 4],
    ['is over once AWS IoT’s ten a second no longer come', {}, (second) => (second < 30 ? 50 : 40), 32],
    ['is over after a minute where nothing tells', {}, () => 40, 60],
    ['is over later after a long outage of which nothing else is known', { outageMs: 120_000 }, () => 40, 243],
    ['is over when it must be', { outageMs: 2000, usualPerSecond: 1 }, () => 40, 4],
    ['lasts as long as ten more come than usual', { outageMs: 600_000, usualPerSecond: 5 }, () => 15, 603],
  ];
  for (const [what, start, perSecond, seconds] of cases) {
    it(what, () => {
      assert.equal(secondsOf(start, perSecond), seconds);
    });
  }
});
