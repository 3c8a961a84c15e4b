/** Remembers for a while what took long to find out: one asking at a time, and no timer. */
export class ShortCache<Value> {
  readonly #lifeMs: number;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, { readonly value: Promise<Value>; readonly untilMs: number }>();

  constructor(lifeMs: number, nowMs: () => number) {
    this.#lifeMs = lifeMs;
    this.#nowMs = nowMs;
  }

  /** What is remembered under `key`, or else what `find` finds; a failure is not remembered. `refresh` asks anew. */
  get(key: string, refresh: boolean, find: () => Promise<Value>): Promise<Value> {
    const nowMs = this.#nowMs();
    for (const [other, { untilMs }] of this.#entries) if (untilMs <= nowMs) this.#entries.delete(other);
    const known = this.#entries.get(key);
    if (known && !refresh) return known.value;
    const value = find();
    this.#entries.set(key, { value, untilMs: nowMs + this.#lifeMs });
    value.catch(() => {
      if (this.#entries.get(key)?.value === value) this.#entries.delete(key);
    });
    return value;
  }
}
