/** After this long a refused filter is tried once more: a policy may have been mended. Each time it is not, twice as long. */
const firstRefusalMs = 10 * 60_000;
const longestRefusalMs = 24 * 3_600_000;
/** A filter that was alone in its SUBSCRIBE when the broker closed the connection, this many times, is the culprit. */
const closesToBlame = 2;
const advice = 'choose locations, hubs or ports that it may read';

export interface Verdict {
  /** Whether an unanswered SUBSCRIBE may be why the connection ended. */
  readonly isToBlame: boolean;
  /** The filters that are left out from now on. */
  readonly refused: readonly string[];
}

interface Refusal {
  readonly why: string;
  readonly untilMs: number;
  /** For how long it was left out. */
  readonly forMs: number;
}

/**
 * Which topic filters the broker refuses. It says so by SUBACK or, as AWS IoT does without a word, by closing the
 * connection: a client that subscribes again to all it wants would be closed for ever, so the culprit is looked for.
 */
export class FilterQuarantine {
  readonly #suspects = new Map<string, number>();
  readonly #refusals = new Map<string, Refusal>();
  /** Of filters that are tried once more: for how long each was left out. */
  readonly #retried = new Map<string, number>();
  readonly #nowMs: () => number;
  readonly #onChange: () => void;
  #awaiting: readonly (readonly string[])[] = [];
  /** Whether a SUBSCRIBE has been the cause of a close: then the next one needs no second proof. */
  #isKnownToClose = false;

  /** `nowMs` is of a clock that never goes back; `onChange` is called when there is more or less to leave out. */
  constructor(nowMs: () => number, onChange: () => void) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
  }

  /** The filters that are left out at present, and why. */
  get refusals(): ReadonlyMap<string, string> {
    return new Map([...this.#refusals].map(([filter, { why }]) => [filter, why]));
  }

  /** Lets a new connection try what was refused long ago. */
  retry(): void {
    const nowMs = this.#nowMs();
    const due = [...this.#refusals].filter(([, { untilMs }]) => nowMs >= untilMs);
    for (const [filter, { forMs }] of due) {
      this.#refusals.delete(filter);
      this.#retried.set(filter, forMs);
      // To be sent alone; the proof from before still counts.
      this.#suspects.set(filter, closesToBlame - 1);
    }
    if (due.length > 0) this.#onChange();
  }

  /** The filters that a connection in use may ask for: what is tried once more is for a new connection to try. */
  withoutTrials(plan: readonly string[]): readonly string[] {
    return this.#retried.size === 0 ? plan : plan.filter((filter) => !this.#retried.has(filter));
  }

  /** Whether the filter must be sent alone, so that a close tells whose fault it was. */
  suspects(filter: string): boolean {
    return this.#suspects.has(filter);
  }

  sent(packet: readonly string[]): void {
    this.#awaiting = [...this.#awaiting, packet];
  }

  /** The broker answered the packet, and refused these of it; none of its filters closes connections. */
  answered(packet: readonly string[], refused: readonly string[]): void {
    this.#awaiting = this.#awaiting.filter((other) => other !== packet);
    for (const filter of packet) {
      this.#suspects.delete(filter);
      if (refused.includes(filter)) this.#refuse(filter, `the account may not read this; ${advice}`);
      else this.#retried.delete(filter);
    }
  }

  /** A connection ended while packets may have been unanswered. */
  connectionEnded(byBroker: boolean): Verdict {
    const awaiting = this.#awaiting.flat();
    this.#awaiting = [];
    const isToBlame = byBroker && awaiting.length > 0;
    if (!isToBlame) return { isToBlame, refused: [] };
    for (const filter of awaiting) this.#suspects.set(filter, this.#suspects.get(filter) ?? 0);
    const [only, ...others] = awaiting;
    return { isToBlame, refused: only === undefined || others.length > 0 ? [] : this.#blame(only) };
  }

  #blame(filter: string): readonly string[] {
    const closes = (this.#suspects.get(filter) ?? 0) + 1;
    this.#suspects.set(filter, closes);
    if (closes < closesToBlame && !this.#isKnownToClose) return [];
    this.#isKnownToClose = true;
    this.#suspects.delete(filter);
    const why = `the broker closes the connection whenever this is asked for, as AWS IoT does if the account may not read it; ${advice}`;
    this.#refuse(filter, why);
    return [filter];
  }

  #refuse(filter: string, why: string): void {
    const before = this.#retried.get(filter);
    const forMs = before === undefined ? firstRefusalMs : Math.min(2 * before, longestRefusalMs);
    this.#refusals.set(filter, { why, forMs, untilMs: this.#nowMs() + forMs });
    this.#onChange();
  }
}
