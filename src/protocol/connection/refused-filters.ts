import { type Belief, confirmed } from './belief';

/** After this long a refused filter is tried once more: a policy may have been mended. Each time it is not, twice as long. */
const firstRefusalMs = 10 * 60_000;
/** A filter that was alone in its SUBSCRIBE when the broker closed the connection, this many times, is the culprit. */
const closesToBlame = 2;
const advice = 'choose locations, hubs or ports that it may read';

interface Refusal extends Belief {
  readonly why: string;
}

/**
 * Which topic filters the broker refuses. It says so by SUBACK or, as AWS IoT does without a word, by closing the
 * connection: a client that subscribes again to all it wants would be closed for ever, so the culprit is looked for.
 */
export class RefusedFilters {
  readonly #suspects = new Map<string, number>();
  readonly #refusals = new Map<string, Refusal>();
  /** Those that a connection which is being opened tries once more: what they were refused for before. */
  readonly #retried = new Map<string, Refusal>();
  #isTrying = false;
  readonly #nowMs: () => number;
  readonly #onChange: (closedOn: readonly string[]) => void;
  /** Whether a SUBSCRIBE has been the cause of a close: then the next one needs no second proof. */
  #isKnownToClose = false;

  /**
   * `nowMs` is of a clock that never goes back; `onChange` is called when there is more or less to
   * leave out, with what has closed a connection.
   */
  constructor(nowMs: () => number, onChange: (closedOn: readonly string[]) => void) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
  }

  /** The filters that are left out at present, and why. */
  get refusals(): ReadonlyMap<string, string> {
    return new Map([...this.#refusals].map(([filter, { why }]) => [filter, why]));
  }

  /** Lets a new connection try what was refused long ago, until `endTrials`. */
  retry(): void {
    const nowMs = this.#nowMs();
    const due = [...this.#refusals].filter(([, { untilMs }]) => nowMs >= untilMs);
    for (const [filter, refusal] of due) {
      this.#refusals.delete(filter);
      this.#retried.set(filter, refusal);
      // To be sent alone; the proof from before still counts.
      this.#suspects.set(filter, closesToBlame - 1);
    }
    if (due.length === 0) return;
    this.#isTrying = true;
    this.#onChange([]);
  }

  /** Whether the plan is one that a new connection is trying; one that is in use stays as it is meanwhile. */
  isTrial(plan: readonly string[]): boolean {
    return this.#isTrying && plan.some((filter) => this.#retried.has(filter));
  }

  /** The new connection is there, or was not to be had. What it did not come to ask for is for the next one. */
  endTrials(): void {
    if (!this.#isTrying) return;
    this.#isTrying = false;
    for (const [filter, refusal] of this.#retried) {
      this.#suspects.delete(filter);
      this.#refusals.set(filter, refusal);
    }
    this.#retried.clear();
    this.#onChange([]);
  }

  /** Whether the filter must be sent alone, so that a close tells whose fault it was. */
  suspects(filter: string): boolean {
    return this.#suspects.has(filter);
  }

  /** The broker answered a packet, and refused these of its filters; none of them closes connections. */
  answered(packet: readonly string[], refused: readonly string[]): void {
    for (const filter of packet) {
      this.#suspects.delete(filter);
      if (refused.includes(filter)) this.#refuse(filter, `the account may not read this; ${advice}`);
      else this.#retried.delete(filter);
    }
    if (refused.length > 0) this.#onChange([]);
  }

  /** The broker closed a connection while these had no answer yet. */
  closedOn(unanswered: readonly string[]): void {
    for (const filter of unanswered) this.#suspects.set(filter, this.#suspects.get(filter) ?? 0);
    const [alone, ...others] = unanswered;
    if (alone !== undefined && others.length === 0) this.#blame(alone);
  }

  #blame(filter: string): void {
    const closes = (this.#suspects.get(filter) ?? 0) + 1;
    this.#suspects.set(filter, closes);
    if (closes < closesToBlame && !this.#isKnownToClose) return;
    this.#isKnownToClose = true;
    this.#suspects.delete(filter);
    const why = `the broker closes the connection whenever this is asked for, as AWS IoT does if the account may not read it; ${advice}`;
    this.#refuse(filter, why);
    this.#onChange([filter]);
  }

  #refuse(filter: string, why: string): void {
    const before = this.#retried.get(filter);
    this.#retried.delete(filter);
    this.#refusals.set(filter, { why, ...confirmed(before, firstRefusalMs, this.#nowMs()) });
  }
}
