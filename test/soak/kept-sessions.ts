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

/** Of several connections one is done without after it was refused for so long beside others, and what is kept for it is left. */
const patienceMs = 30_000;
const leftBehind =
  /(?:gets \d+ of \d+ connections .*|has lost a connection and what only that would have brought|has lost a connection); events from (\S+) to (\S+) may be missing/;

/** The span, as the account's clock shows it, in which this line says that events are missing since a connection is done without. */
export function leftBehindBy(line: string): Absence | undefined {
  const [from, to] = (leftBehind.exec(line) ?? []).slice(1).map(Date.parse);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/**
 * What became of the sessions that the broker keeps for a world: when an act destroyed them; since when, by an act, nothing has
 * been kept; and what the account has left to the broker since an act refused it one of its connections. Only a gap that holds
 * such a time, or is such a span, is true; any other is a breach.
 */
export class KeptSessions {
  readonly #lost: Stretch[] = [];
  readonly #refused: Stretch[] = [];
  readonly #left: Absence[] = [];

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
    end(this.#lost);
  }

  get keeps(): boolean {
    return this.#lost.every(({ to }) => Number.isFinite(to));
  }

  /** From now on connections may be refused beside others; until `permitsAgain`. */
  refuses(): void {
    this.#refused.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
  }

  permitsAgain(): void {
    end(this.#refused);
  }

  /** The account says that it does without a connection and what was kept for it, in true time. */
  left(span: Absence): void {
    this.#left.push(span);
  }

  /** Whether a gap in true time, with what may be off by so much, has its reason here. */
  explains({ from, to }: Absence, marginMs: number): boolean {
    const isLost = this.#lost.some((stretch) => stretch.from <= to + marginMs && stretch.to >= from - marginMs);
    const isRefused = this.#refused.some(
      (stretch) => stretch.from <= to + marginMs - patienceMs && stretch.to >= from - marginMs,
    );
    const isLeft = this.#left.some((span) => span.from <= from + marginMs && span.to >= to - marginMs);
    return isLost || (isRefused && isLeft);
  }
}

interface Stretch {
  readonly from: number;
  to: number;
}

function end(stretches: readonly Stretch[]): void {
  for (const stretch of stretches) stretch.to = Math.min(stretch.to, Date.now());
}
