import { createHash } from 'node:crypto';
import type { SessionMemory, StreamIds } from './stream-memory';

/**
 * The client ids of one stream. The first connection uses the stable id, so that a restarted Node-RED finds its session
 * again. A successor uses that id if its session is known to be over, else one of its own, so that no forgotten session
 * ever pours old events into a handover.
 *
 * The stable id is made from what was subscribed to when Node-RED started: a session of another flow would still be
 * subscribed to what that one wanted, and nobody could tell.
 */
export class ClientIds {
  readonly #memory: SessionMemory;
  readonly #random: () => number;
  readonly #stream: string;

  /** `stream` names the stream for this Node-RED instance, at most 100 bytes: AWS IoT allows 128 for a client id. */
  constructor(stream: string, memory: SessionMemory, random: () => number) {
    this.#stream = stream;
    this.#memory = memory;
    this.#random = random;
  }

  /** The id whose session holds all that has not come yet: of the live connection, or of the one that was lost last. */
  get live(): string | undefined {
    return this.#ids?.live;
  }

  /** The id for a connection that has no other beside it. */
  initial(plan: readonly string[]): string {
    const known = this.live;
    if (known !== undefined) return known;
    const stable = `${this.#stream}-${fingerprint(plan)}`;
    this.#set({ stable, live: stable });
    return stable;
  }

  successor(): string {
    const { stable, live } = this.#ids ?? { stable: this.#stream, live: this.#stream };
    const isFree = live !== stable && this.#memory.isOver(stable);
    return isFree ? stable : `${stable}-${this.#suffix()}`;
  }

  /** An id that nobody else can know, for a connection that wants no session. */
  passing(): string {
    return `${this.#stream}-${this.#suffix()}`;
  }

  promote(clientId: string): void {
    this.#set({ stable: this.#ids?.stable ?? clientId, live: clientId });
  }

  /** The session is over. What is known of the stable id's is worth keeping, since that id may be used again. */
  retire(clientId: string): void {
    if (clientId === this.#ids?.stable) this.#memory.ended(clientId);
    else this.#memory.forget(clientId);
  }

  /** Someone else uses the id: the next connection, or the next successor of the live one, takes one that nobody can know. */
  abandon(isLive: boolean): void {
    const stable = this.passing();
    this.#set({ stable, live: isLive ? (this.live ?? stable) : stable });
  }

  get #ids(): StreamIds | undefined {
    return this.#memory.stream(this.#stream).ids;
  }

  #set(ids: StreamIds): void {
    this.#memory.stream(this.#stream).ids = ids;
  }

  #suffix(): string {
    return Math.floor(this.#random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0');
  }
}

/** The same for the same filters, whatever their order. */
function fingerprint(plan: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(plan.toSorted())).digest('hex').slice(0, 8);
}

/** A connection that ends sooner than this may have been taken over. */
export const takenOverWithinMs = 30_000;
/**
 * So many in a row are worth finding out, and so many make one believe it if a witness lives on. A close without a word on the
 * WebSocket is as often the network's doing, and counts half.
 */
const closes = { toSuspect: 2, toBelieve: 3 };
/** Where it was found to be nothing, or nothing can be found out, it is not asked again for so long. */
const acquittedMs = 10 * 60_000;
/** A witness has to live on for as long as the connection lived that was closed, and a little longer: its own gateway may be the next one. */
const outliving = { leastMs: 1_000, share: 1.1 };

/**
 * Finds out whether another client uses our client id. The broker ends the older of two connections of one id (MQTT 3.1.1,
 * 3.1.4), so that two clients that both reconnect would close each other's connections for ever. Gateways that are
 * restarted one after another and proxies that close what is idle look the same; so it is believed only while a witness,
 * a second connection under an id that nobody can know, lives on beside the one that keeps being closed.
 */
export class DuplicateClientIdDetector {
  #quickCloses = 0;
  #quietUntilMs = Number.NEGATIVE_INFINITY;

  /** A connection ended after `livedMs`; `how` says whether it was in good order and for no reason of ours. Returns whether it is worth finding out. */
  closed(livedMs: number, how: 'with a word' | 'without a word' | 'otherwise', nowMs: number): boolean {
    const isQuick = how !== 'otherwise' && livedMs < takenOverWithinMs;
    this.#quickCloses = isQuick ? this.#quickCloses + (how === 'with a word' ? 1 : 0.5) : 0;
    return this.#quickCloses >= closes.toSuspect && nowMs >= this.#quietUntilMs;
  }

  /** Whether there were enough in a row to believe it, should a witness live on. */
  get isRepeated(): boolean {
    return this.#quickCloses >= closes.toBelieve;
  }

  /** How long the witness has to stay after a connection that lived for so long was closed, to be believed. */
  mustOutliveMs(livedMs: number): number {
    return outliving.leastMs + livedMs * outliving.share;
  }

  /** A connection lived until it was replaced. */
  outlived(): void {
    this.#quickCloses = 0;
  }

  /** It was found out, or can't be. */
  settled(nowMs: number): void {
    this.#quickCloses = 0;
    this.#quietUntilMs = nowMs + acquittedMs;
  }
}
