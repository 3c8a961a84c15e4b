import type { ConnectRecord } from '../simulator';
import type { Absence } from '../support/ledger';

/** A client id's stream: of several connections, each has one, numbered from the second on. */
const stream = /^ochno-[0-9a-f]{24}(-\d{1,2})?(?=-)/;

/** Whether each of an account's connections to the stream has a session that the broker keeps. */
export function haveKeptSessions(connects: readonly ConnectRecord[]): boolean {
  const latest = new Map<string | undefined, ConnectRecord>();
  for (const connect of connects) {
    // What is subscribed to nothing only ended a session, or looked whether the broker is there.
    if ((connect.subscriptions?.size ?? 0) > 0) latest.set(stream.exec(connect.clientId)?.[0], connect);
  }
  return [...latest.values()].every(({ clean }) => !clean);
}

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

  /** Sessions that are kept have been begun. */
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
