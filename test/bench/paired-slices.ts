import type { Arm } from './arm';

/** What brings one arm its events. */
export interface Contestant {
  readonly arm: Arm;
  /** How many deliveries one published event makes. */
  readonly deliveriesPerEvent: number;
  /** Makes `count` events arrive. */
  readonly publish: (count: number) => void;
}

const sliceMs = 350;
const longestSlice = 20_000;

/**
 * Gives each contestant a slice of events in turn, round after round, and returns the CPU µs per delivery of every
 * slice: `[contestant][round]`. Taking turns in one run is what makes ratios hold while the machine's speed drifts.
 */
export async function pairedSlices(contestants: readonly Contestant[], rounds: number): Promise<number[][]> {
  const counts: number[] = [];
  for (const contestant of contestants) counts.push(await fitting(contestant));
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
    if (tookMs >= sliceMs / 3 || count >= longestSlice) {
      return Math.min(longestSlice, Math.max(5, Math.round((count * sliceMs) / tookMs)));
    }
    count = Math.min(longestSlice, Math.round(count * Math.min(8, sliceMs / Math.max(1, tookMs))));
  }
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
