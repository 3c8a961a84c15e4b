import type { Arm } from './arm';
import { variants } from './event-frames';

/** What brings one arm its events. */
export interface Contestant {
  readonly arm: Arm;
  /** How many deliveries one published event makes. */
  readonly deliveriesPerEvent: number;
  /** Makes `count` events arrive. */
  readonly publish: (count: number) => void;
}

const sliceMs = 300;
const longestSlice = 100_000;
/** Slices that are not counted: the engine is still compiling what runs often. */
const warmUps = 3;

/**
 * Gives each contestant a slice of events in turn, round after round, and returns the CPU µs per delivery of every
 * slice: `[contestant][round]`. Taking turns in one run is what makes ratios hold while the machine's speed drifts.
 */
export async function pairedSlices(contestants: readonly Contestant[], rounds: number): Promise<number[][]> {
  const counts: number[] = [];
  for (const contestant of contestants) {
    let count = await fitting(contestant);
    for (let turn = 0; turn < warmUps; turn += 1) {
      const startedAt = performance.now();
      await slice(contestant, count);
      count = countFor(count, performance.now() - startedAt);
    }
    counts.push(count);
  }
  const results: number[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      results[index]?.push(await slice(contestant, counts[index] ?? 1));
    }
  }
  return results;
}

/** How many events make a slice, found by trying. */
async function fitting(contestant: Contestant): Promise<number> {
  let count = 20;
  for (;;) {
    const startedAt = performance.now();
    await slice(contestant, count);
    const tookMs = performance.now() - startedAt;
    if (tookMs >= sliceMs / 3 || count >= longestSlice) return countFor(count, tookMs);
    count = countFor(count, Math.max(tookMs, sliceMs / 8));
  }
}

/**
 * How many events fill a slice where `count` took so long: whole rounds of the bench's different events, so that the
 * first of a slice is another one than the last of the slice before.
 */
function countFor(count: number, tookMs: number): number {
  const fitting = Math.min(longestSlice, (count * sliceMs) / tookMs);
  return Math.max(1, Math.round(fitting / variants)) * variants;
}

async function slice({ arm, deliveriesPerEvent, publish }: Contestant, count: number): Promise<number> {
  const deliveries = count * deliveriesPerEvent;
  const before = await arm.cpu();
  await arm.expect(deliveries, () => publish(count));
  return ((await arm.cpu()) - before) / deliveries;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The median of the ratios of slices that were neighbours. */
export function medianRatio(one: readonly number[], other: readonly number[]): number {
  return median(one.map((value, round) => value / (other[round] ?? Number.NaN)));
}
