/** AWS IoT keeps a persistent session, and what it has queued, for an hour by default. */
const sessionLifeMs = 3_600_000;

/** A stretch without a connection, in ms since 1970. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  /** Whether events may have been missed in it. */
  readonly isGap: boolean;
}

/** Knows since when nothing could have been heard from the broker. */
export class OutageWatch {
  #sinceMs: number | undefined;

  /** The live connection is gone. The outage began when it was last heard from: a dead connection is noticed late. */
  began(lastHeardMs: number): void {
    this.#sinceMs ??= lastHeardMs;
  }

  /** There is a connection again. Nothing is returned where there was no outage. */
  ended(nowMs: number, sessionResumed: boolean): Outage | undefined {
    const from = this.#sinceMs;
    this.#sinceMs = undefined;
    if (from === undefined) return undefined;
    return { from, to: nowMs, isGap: !sessionResumed || nowMs - from > sessionLifeMs };
  }
}
