import type { Absence } from '../support/ledger';

/**
 * What became of the session that the broker keeps for a world: when an act destroyed it, and since when, by an act,
 * nothing has been kept. Only a gap that holds such a time is true; any other is a breach.
 */
export class KeptSessions {
  readonly #lost: { readonly from: number; to: number }[] = [];

  /** What the broker kept is destroyed now. */
  destroyed(): void {
    this.#lost.push({ from: Date.now(), to: Date.now() });
  }

  /** From now on the broker may keep nothing; until `keepsAgain`. */
  keepsNothing(): void {
    this.#lost.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
  }

  /** A session that is kept has been begun. */
  keepsAgain(): void {
    for (const stretch of this.#lost) stretch.to = Math.min(stretch.to, Date.now());
  }

  get keeps(): boolean {
    return this.#lost.every(({ to }) => Number.isFinite(to));
  }

  /** Whether a gap in true time, with what may be off by so much, has its reason here. */
  explains({ from, to }: Absence, marginMs: number): boolean {
    return this.#lost.some((stretch) => stretch.from <= to + marginMs && stretch.to >= from - marginMs);
  }
}
