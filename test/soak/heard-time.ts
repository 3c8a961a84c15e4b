/** Nothing heard for longer than this is silence: many events a second are published. */
const silenceMs = 1_000;

/**
 * When events were arriving, whatever the account says of itself. An outage may last as long as it likes, and the broker
 * keeps what it has: only while something is heard does time pass in which an event could have come and did not.
 */
export class HeardTime {
  readonly #stretches: { readonly fromMs: number; toMs: number }[] = [];

  /** An event arrived. */
  heard(atMs: number): void {
    const last = this.#stretches.at(-1);
    if (last !== undefined && atMs - last.toMs <= silenceMs) last.toMs = atMs;
    else this.#stretches.push({ fromMs: atMs, toMs: atMs });
  }

  /** The latest moment since which events have been arriving for `neededMs` in all; `-Infinity` if they have not. */
  momentBefore(neededMs: number, nowMs: number): number {
    if (neededMs === 0) return nowMs;
    let missingMs = neededMs;
    for (const { fromMs, toMs } of this.#stretches.toReversed()) {
      if (toMs - fromMs >= missingMs) return toMs - missingMs;
      missingMs -= toMs - fromMs;
    }
    return Number.NEGATIVE_INFINITY;
  }
}
