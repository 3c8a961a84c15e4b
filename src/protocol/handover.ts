export interface HandoverOptions {
  readonly matchWindowMs: number;
}

/** PROVISIONAL, to be replaced by its owner. */
export class Handover {
  readonly #windowMs: number;
  readonly #unmatched = new Map<string, { side: 'old' | 'new'; atMs: number }[]>();

  constructor(options: HandoverOptions) {
    this.#windowMs = options.matchWindowMs;
  }

  accept(side: 'old' | 'new', topic: string, payload: Buffer, nowMs: number): boolean {
    const key = `${topic}\n${payload.toString('latin1')}`;
    const all = (this.#unmatched.get(key) ?? []).filter(({ atMs }) => nowMs - atMs <= this.#windowMs);
    const index = all.findLastIndex((arrival) => arrival.side !== side);
    if (index >= 0) all.splice(index, 1);
    else all.push({ side, atMs: nowMs });
    this.#unmatched.set(key, all);
    return index < 0;
  }
}
