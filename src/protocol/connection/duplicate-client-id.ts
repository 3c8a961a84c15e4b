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
