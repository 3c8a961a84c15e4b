/** AWS IoT keeps a persistent session, and what it has queued, for an hour by default. */
const sessionLifeMs = 3_600_000;
/** A deploy takes no longer than this. What comes later is a new beginning, for other nodes perhaps. */
const longestDeployMs = 60_000;

/** A stretch without a connection, in ms since 1970. */
export interface Outage {
  /** Since when events may be missing: before `since` where an earlier outage had not been caught up with. */
  readonly from: number;
  readonly since: number;
  readonly to: number;
  /** Whether events may have been missed in it. */
  readonly isGap: boolean;
}

/**
 * Knows since when nothing could have been heard from the broker, and since when events may still wait there: a session
 * that is resumed brings what was kept, but only by and by, and may be lost before it has brought everything.
 */
export class OutageWatch {
  #sinceMs: number | undefined;
  #behindSinceMs: number | undefined;
  #missedSinceMs: number | undefined;
  #closedAtMs: number | undefined;
  #isSessionLost = false;

  /** The live connection is gone. The outage began when it was last heard from: a dead connection is noticed late. */
  began(lastHeardMs: number): void {
    this.#sinceMs ??= lastHeardMs;
  }

  /**
   * The broker began a new session, on a connection that may not live to be of use: the next one resumes that session, and
   * not the one from before the outage.
   */
  sessionBegan(): void {
    if (this.#sinceMs !== undefined) this.#isSessionLost = true;
  }

  /** There is a connection again. Nothing is returned where there was no outage. */
  ended(nowMs: number, sessionResumed: boolean): Outage | undefined {
    const since = this.#sinceMs;
    this.#sinceMs = undefined;
    if (since === undefined) return undefined;
    const isLost = !sessionResumed || this.#isSessionLost;
    const isGap = isLost || nowMs - since > sessionLifeMs || this.#missedSinceMs !== undefined;
    const from = this.#missedSinceMs ?? this.#behindSinceMs ?? since;
    this.#missedSinceMs = undefined;
    this.#isSessionLost = false;
    this.#behindSinceMs = isGap ? undefined : from;
    return { from: isGap ? from : since, since, to: nowMs, isGap };
  }

  /** Since when events may be on their way that the broker kept; undefined where all have come. */
  get behindSinceMs(): number | undefined {
    return this.#behindSinceMs;
  }

  /** Everything that the broker kept has come, or has been given up. */
  caughtUp(): void {
    this.#behindSinceMs = undefined;
  }

  /**
   * The stream closes for a deploy; a connection that is open then was last heard at `lastHeardMs`. With `missedSinceMs`
   * events were missed whatever the broker keeps, and there is nobody left to be told.
   */
  closed(nowMs: number, lastHeardMs: number | undefined, missedSinceMs?: number): void {
    this.#missedSinceMs = missedSinceMs;
    if (lastHeardMs !== undefined) this.began(lastHeardMs);
    this.#closedAtMs = nowMs;
  }

  /** The stream opens, after a deploy perhaps, which may have come in the middle of an outage. */
  opened(nowMs: number): void {
    const isNew = this.#closedAtMs === undefined || nowMs - this.#closedAtMs > longestDeployMs;
    this.#closedAtMs = undefined;
    if (!isNew) return;
    this.#sinceMs = undefined;
    this.#behindSinceMs = undefined;
    this.#missedSinceMs = undefined;
    this.#isSessionLost = false;
  }
}
