const oftenMs = 15_000;

/** A terminal, or a file or pipe in its place. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Shows what a long command is doing and how far it is: one line that is written over on a terminal, and elsewhere a line
 * of its own now and then.
 */
export class Progress {
  readonly #total: string;
  readonly #startMs = performance.now();
  readonly #output: ProgressOutput;
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #isShown = false;

  /** @param total how much there is in all, as it is to be read: `5:00`, `12 steps` */
  constructor(total: string, output: ProgressOutput = process.stderr) {
    this.#total = total;
    this.#output = output;
  }

  /** @param done how much of the total; @param doing what is under way */
  show(done: string, doing: string): void {
    const line = `${done} of ${this.#total} · ${doing}`;
    if (this.#output.isTTY) {
      this.#output.write(`\r\u001b[2K${line.slice(0, Math.max(20, (this.#output.columns ?? 80) - 1))}`);
      this.#isShown = true;
      return;
    }
    const nowMs = performance.now();
    if (nowMs - this.#shownAtMs < oftenMs) return;
    this.#shownAtMs = nowMs;
    this.#output.write(`${line}\n`);
  }

  /** Since it was made, as minutes and seconds. */
  get elapsed(): string {
    return minutesAndSeconds((performance.now() - this.#startMs) / 1000);
  }

  /** Takes the line away, before something else is written or at the end. */
  clear(): void {
    if (this.#isShown) this.#output.write('\r\u001b[2K');
    this.#isShown = false;
  }
}

/** `5:07` */
export function minutesAndSeconds(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
