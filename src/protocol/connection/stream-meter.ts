const secondMs = 1_000;
const secondsAMinute = 60;
/** Two minutes: what was usual before an outage is asked when that is noticed. */
const secondsKept = 2 * secondsAMinute;
const minutesKept = 1440;
/** One more is being counted. */
const minuteSlots = minutesKept + 1;
const dayMs = 24 * 3_600_000;
const mostGaps = 100;

/** Counts what a stream does. Its memory is bounded, and an event costs it an addition. */
export class StreamMeter<Gap> {
  renewals = 0;
  reconnects = 0;
  readonly #seconds = new Uint32Array(secondsKept);
  readonly #minutes = new Uint32Array(minuteSlots);
  readonly #startMs: number;
  /** The number of the second that is being counted. */
  #second: number;
  #secondEndMs: number;
  #count = 0;
  #gaps: { readonly gap: Gap; readonly atMs: number }[] = [];

  /** Here as everywhere `nowMs` is of a clock that never goes back. */
  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#second = Math.floor(nowMs / secondMs);
    this.#secondEndMs = (this.#second + 1) * secondMs;
  }

  event(nowMs: number): void {
    if (nowMs >= this.#secondEndMs) this.#turn(nowMs);
    this.#count += 1;
  }

  gap(gap: Gap, nowMs: number): void {
    this.#gaps = [...this.#gaps, { gap, atMs: nowMs }].slice(-mostGaps);
  }

  /** The gaps of the last 24 hours. */
  gaps(nowMs: number): readonly Gap[] {
    return this.#gaps.filter(({ atMs }) => nowMs - atMs < dayMs).map(({ gap }) => gap);
  }

  /** Events in the last full second. */
  perSecond(nowMs: number): number {
    this.#turn(nowMs);
    return this.#seconds[(this.#second + secondsKept - 1) % secondsKept] ?? 0;
  }

  /** Events a second over the minute before `atMs`; undefined if there was none, or if it is too long ago. */
  usualPerSecond(atMs: number): number | undefined {
    this.#turn(atMs);
    const end = Math.floor(atMs / secondMs);
    const first = end - secondsAMinute;
    if (atMs - this.#startMs < secondsAMinute * secondMs || first < this.#second - secondsKept) return undefined;
    let sum = 0;
    for (let second = first; second < end; second += 1) sum += this.#seconds[second % secondsKept] ?? 0;
    return sum / secondsAMinute;
  }

  /** Events in each full minute of the last 24 hours, the oldest first. */
  perMinute(nowMs: number): readonly number[] {
    this.#turn(nowMs);
    const oldest = Math.floor(this.#second / secondsAMinute) + 1;
    return Array.from({ length: minutesKept }, (_, index) => this.#minutes[(oldest + index) % minuteSlots] ?? 0);
  }

  /** Books the second that was being counted, and none for those that were skipped. */
  #turn(nowMs: number): void {
    const second = Math.floor(nowMs / secondMs);
    if (second <= this.#second) return;
    this.#seconds[this.#second % secondsKept] = this.#count;
    const minute = Math.floor(this.#second / secondsAMinute);
    this.#minutes[minute % minuteSlots] = (this.#minutes[minute % minuteSlots] ?? 0) + this.#count;
    const skipped = Math.min(second - this.#second - 1, secondsKept);
    for (let step = 1; step <= skipped; step += 1) this.#seconds[(this.#second + step) % secondsKept] = 0;
    const newMinutes = Math.min(Math.floor(second / secondsAMinute) - minute, minuteSlots);
    for (let step = 1; step <= newMinutes; step += 1) this.#minutes[(minute + step) % minuteSlots] = 0;
    this.#second = second;
    this.#secondEndMs = (second + 1) * secondMs;
    this.#count = 0;
  }
}
