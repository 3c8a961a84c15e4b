/** One step of a 32-bit mixer (the finaliser of MurmurHash3): equal numbers in, equal numbers out, nothing alike. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on nothing but the numbers given. */
export function noise(...values: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const value of values) hash = mix(hash ^ mix(Math.floor(value) ^ Math.floor(value / 2 ** 32)));
  return hash / 2 ** 32;
}

/** Random numbers that can be had again by the same seed. */
export class Random {
  readonly #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A number in [0, 1). */
  next(): number {
    return noise(this.#seed, this.#drawn++);
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }
}
