/** A stretch of time in which events may be missing, in ms since 1970. */
export interface Absence {
  readonly from: number;
  readonly to: number;
}

interface Entry {
  readonly publishedAt: number;
  readonly copies: number;
  received: number;
}

export interface Balance {
  readonly published: number;
  readonly received: number;
  /** Published, not received, and not within an absence. */
  readonly lost: readonly string[];
  /** Published within an absence and not received. */
  readonly excused: number;
  /** Received more often than published. */
  readonly doubled: readonly string[];
}

/** Keeps count of events, each under a key of its own: how often it was published and how often it arrived. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #lost: string[] = [];
  readonly #doubled: string[] = [];
  #published = 0;
  #received = 0;
  #excused = 0;

  /** To be called before the event leaves; `copies` equal ones leave under this key. */
  published(key: string, copies = 1, atMs = Date.now()): void {
    this.#entries.set(key, { publishedAt: atMs, copies, received: 0 });
    this.#published += copies;
  }

  received(key: string): void {
    this.#received += 1;
    const entry = this.#entries.get(key);
    // What is not known any more was complete.
    if (entry === undefined || entry.received === entry.copies) this.#doubled.push(key);
    else entry.received += 1;
  }

  /** How many events have not arrived yet. */
  get missing(): number {
    let missing = 0;
    for (const { copies, received } of this.#entries.values()) missing += copies - received;
    return missing;
  }

  /**
   * Strikes the balance for what was published before `beforeMs`, and forgets it. Nothing of it may be on its way any
   * more. An event may be missing where it was published within one of the absences.
   */
  settle(beforeMs: number, absences: readonly Absence[], marginMs = 0): void {
    for (const [key, { publishedAt, copies, received }] of this.#entries) {
      if (publishedAt >= beforeMs) continue;
      this.#entries.delete(key);
      if (received === copies) continue;
      const isExcused = absences.some(({ from, to }) => from - marginMs <= publishedAt && publishedAt <= to + marginMs);
      if (isExcused) this.#excused += copies - received;
      else this.#lost.push(key);
    }
  }

  get balance(): Balance {
    return {
      published: this.#published,
      received: this.#received,
      lost: this.#lost,
      excused: this.#excused,
      doubled: this.#doubled,
    };
  }
}
