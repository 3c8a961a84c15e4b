/** Something that was refused, and is taken to be refused for some time, since policies are mended; times as the clock in use counts them. */
export interface Belief {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly forMs: number;
}

export const longestBeliefMs = 24 * 3_600_000;

/** It was refused now: is believed for `firstMs`, or for twice as long as before. */
export function confirmed(before: Belief | undefined, firstMs: number, nowMs: number): Belief {
  const forMs = before === undefined ? firstMs : Math.min(2 * before.forMs, longestBeliefMs);
  return { sinceMs: nowMs, forMs, untilMs: nowMs + forMs };
}
