import type { Clock } from './clock';

interface ExpiringMapOptions {
  readonly clock: Clock;
  /** How long an entry lives after it was set. */
  readonly lifeMs: number;
  /** The most entries; beyond them the one set longest ago goes. Default: 1000. */
  readonly most?: number;
}

/** What is to be remembered for a while, and then forgotten without a timer. */
export class ExpiringMap<Key, Value = true> {
  readonly #options: ExpiringMapOptions;
  /** The entry set longest ago first, which is also the first to expire. */
  readonly #entries = new Map<Key, { readonly value: Value; readonly untilMs: number }>();

  constructor(options: ExpiringMapOptions) {
    this.#options = options;
  }

  /** How many entries live. */
  get size(): number {
    this.#dropExpired();
    return this.#entries.size;
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  get(key: Key): Value | undefined {
    this.#dropExpired();
    return this.#entries.get(key)?.value;
  }

  /** Sets an entry, whose life begins anew. */
  set(key: Key, value: Value): void {
    const { clock, lifeMs, most = 1000 } = this.#options;
    this.#dropExpired();
    this.#entries.delete(key);
    this.#entries.set(key, { value, untilMs: clock.monotonicMs() + lifeMs });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > most && oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }

  #dropExpired(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const [key, { untilMs }] of this.#entries) {
      if (untilMs > nowMs) return;
      this.#entries.delete(key);
    }
  }
}
