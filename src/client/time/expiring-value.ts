import type { Clock } from './clock';

/** What a fetch gives: the value and how long it lives from now. `Infinity` lives until it is invalidated. */
export interface Fetched<T> {
  readonly value: T;
  readonly lifeMs: number;
}

interface ExpiringValueOptions<T> {
  /** Gets a new value. Called once however many wait for it. */
  readonly fetch: () => Promise<Fetched<T>>;
  readonly clock: Clock;
  readonly random: () => number;
}

/** A kept value and what is known of its life. */
export interface Living<T> {
  readonly value: T;
  /** Its whole life, from when it was fetched. */
  readonly lifeMs: number;
  /** When it should be renewed, in ms of the monotonic clock: after 75 to 80 % of its life. */
  readonly renewAtMs: number;
  /** When it ends, likewise. */
  readonly endsAtMs: number;
  /** And by the wall clock. */
  readonly endsAtWallMs: number;
}

/**
 * A value that lives for a time: fetched once for all callers, kept while it lives, renewed ahead of its end when asked
 * to, forgotten on failure. It ends by whichever clock says so first: the monotonic clock stands still while the computer
 * sleeps, and the wall clock may be set back.
 */
export class ExpiringValue<T> {
  readonly #options: ExpiringValueOptions<T>;
  #kept: Living<T> | undefined;
  #fetching: Promise<Living<T>> | undefined;

  constructor(options: ExpiringValueOptions<T>) {
    this.#options = options;
  }

  /** The kept value while it lives, without fetching. */
  get kept(): Living<T> | undefined {
    const { clock } = this.#options;
    const kept = this.#kept;
    const isOver = kept !== undefined && (clock.monotonicMs() >= kept.endsAtMs || clock.now() >= kept.endsAtWallMs);
    if (isOver) this.#kept = undefined;
    return this.#kept;
  }

  /** The fetch that is under way, if one is. */
  get fetching(): Promise<Living<T>> | undefined {
    return this.#fetching;
  }

  /** The kept value while it lives, else a new one. Rejects as the fetch does; nothing is kept then. */
  async get(): Promise<Living<T>> {
    return this.kept ?? this.renew();
  }

  /** Fetches a new value whatever is kept. If that fails, the old one stays for as long as it lives. */
  renew(): Promise<Living<T>> {
    if (this.#fetching === undefined) {
      this.#fetching = this.#fetch().finally(() => {
        this.#fetching = undefined;
      });
      // Whoever asked may have stopped waiting; those who wait have their own handler.
      this.#fetching.catch(() => undefined);
    }
    return this.#fetching;
  }

  /** Drops the kept value if it is this one; a newer one stays. */
  invalidate(value: T): void {
    if (this.#kept?.value === value) this.#kept = undefined;
  }

  async #fetch(): Promise<Living<T>> {
    const { fetch, clock, random } = this.#options;
    const { value, lifeMs } = await fetch();
    const nowMs = clock.monotonicMs();
    const renewAtMs = nowMs + lifeMs * (0.75 + 0.05 * random());
    this.#kept = { value, lifeMs, renewAtMs, endsAtMs: nowMs + lifeMs, endsAtWallMs: clock.now() + lifeMs };
    return this.#kept;
  }
}
