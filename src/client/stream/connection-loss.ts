import type { StreamError } from '../mqtt/stream-error';
import type { Clock } from '../time/clock';
import { succeeds } from '../time/succeeds';
import type { StreamLane } from './rotation';
import type { StreamConnection, StreamLink } from './stream-link';
import type { StreamLog } from './stream-log';
import type { StreamPolicy } from './stream-policy';

/** A connection that ends sooner than this may have been taken over. */
const takenOverWithinMs = 30_000;
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

/** The broker ends one connection for another one as soon as that has said CONNECT; another client takes longer to come back. */
const crowdedMs = 500;
/** In the last part of its credentials' life the broker may end a connection for that. */
const expiryShare = 0.05;

export interface CrowdedConnectionsParts {
  readonly policy: StreamPolicy;
  readonly clock: Clock;
  /** The connections that are complete. */
  readonly links: ReadonlyMap<number, StreamLink>;
  /** Opens a connection with nothing on it. */
  readonly openOther: () => Promise<StreamConnection>;
  readonly lane: StreamLane | undefined;
}

/** Finds out whether the broker ends one of two connections because there are two: a policy may permit one at a time. */
export class CrowdedConnections {
  readonly #parts: CrowdedConnectionsParts;
  #crowdedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(parts: CrowdedConnectionsParts) {
    this.#parts = parts;
  }

  /** A CONNECT left. */
  joined(): void {
    const { clock, links } = this.#parts;
    if (links.size > 0) this.#crowdedUntilMs = clock.monotonicMs() + crowdedMs;
  }

  /** A complete connection ended. Returns whether it had to make room for another one, which the policy learns. */
  madeRoom({ isPublishing, subscriptions, timed }: StreamLink, { byBroker }: StreamError): boolean {
    const { clock, policy } = this.#parts;
    const nowMs = clock.monotonicMs();
    const isExpired = nowMs >= timed.endsAtMs - timed.lifeMs * expiryShare;
    const isExplained = !byBroker || isPublishing || subscriptions.isAsking || isExpired;
    if (isExplained || nowMs > this.#crowdedUntilMs) return false;
    this.#crowdedUntilMs = Number.NEGATIVE_INFINITY;
    policy.secondRefused();
    return true;
  }

  /**
   * The broker closed a connection on these. If another one is there, it may be one more that it does not want: then it closes
   * that, too, at its first packet or on a filter that it has granted to the other one.
   */
  async closedOn(filters: readonly string[]): Promise<void> {
    const { clock, lane, links, openOther, policy } = this.#parts;
    const open = [...links.values()].filter(({ isOpen }) => isOpen);
    const elsewhere = lane?.grantedElsewhere();
    if (open.length === 0 && elsewhere === undefined) {
      policy.filters.closedOn(filters);
      return;
    }
    const held = [
      ...open.flatMap(({ subscriptions }) => [...subscriptions.held]),
      ...(elsewhere === undefined ? [] : [elsewhere]),
    ];
    // One that it closes on now may not be granted any more.
    const granted = held.filter((filter) => !filters.includes(filter)).slice(0, 1);
    try {
      const other = await openOther();
      const answers = succeeds(Promise.all(granted.map((filter) => other.subscribe([filter]))));
      await new Promise<void>((resolve) => clock.after(crowdedMs, resolve));
      const stays = (await answers) && (await succeeds(other.ping()));
      await other.close(crowdedMs);
      if (stays) policy.filters.closedOn(filters);
      else if (open.length > 0) policy.secondRefused();
    } catch {
      // There is no other one to tell by.
    }
  }
}

/** A connection that is there for nothing but to be there. */
export interface Witness {
  readonly isOpen: boolean;
  destroy(): void;
}

export interface ConnectionLossParts {
  readonly clock: Clock;
  readonly log: StreamLog;
  /** Opens a connection under an id that nobody can know; `onLost` is called if it ends by itself. */
  readonly openWitness: (onLost: () => void) => Promise<Witness>;
  /** Whether there may be a connection beside the live one. */
  readonly mayOpenWitness: () => boolean;
  /** Another client has used our client id since that time of the monotonic clock: the stream has to go on under a new one. */
  readonly onDuplicate: (sinceMs: number) => void;
}

const longestPauseMs = 4_000;

/** Looks for the reason why connections of a stream are closed soon and in good order: another client under their id. */
export class ConnectionLoss {
  readonly #parts: ConnectionLossParts;
  readonly #detector = new DuplicateClientIdDetector();
  /** The connection that became live last, and when; if it is lost in a renewal the older one is live again. */
  #newest: { readonly link: StreamLink; readonly sinceMs: number } | undefined;
  #isSuspected = false;
  #witness: Witness | undefined;
  #isOpening = false;
  #cancelVerdict: (() => void) | undefined;
  #verdictAtMs = 0;
  /** A connection that stays needs no witness. */
  #cancelStay: () => void = () => undefined;
  #suspectedSinceMs = 0;
  #isStopped = false;

  constructor(parts: ConnectionLossParts) {
    this.#parts = parts;
  }

  /** A connection is live. With `wasRenewed` the one before it lived until it was replaced. */
  wentLive(link: StreamLink, wasRenewed: boolean): void {
    this.#newest = { link, sinceMs: this.#parts.clock.monotonicMs() };
    if (wasRenewed) this.#detector.outlived();
    this.#cancelStay();
    this.#cancelStay = this.#parts.clock.after(takenOverWithinMs, () => this.#dismiss());
    if (wasRenewed) this.#dismiss();
    else if (this.#isSuspected && !link.isPinned && this.#parts.mayOpenWitness()) void this.#callWitness();
  }

  /** A connection ended by itself; `isCrowded` if it had to make room for another one of ours. */
  lost(link: StreamLink, failure: StreamError, isCrowded: boolean): void {
    const { clock, log } = this.#parts;
    // Somebody else ends one connection at a time; two that end together are the broker's or the network's doing.
    if (link !== this.#newest?.link) return;
    this.#cancelStay();
    const nowMs = clock.monotonicMs();
    const livedMs = nowMs - this.#newest.sinceMs;
    const isExplained = isCrowded || link.subscriptions.isAsking || link.isPublishing;
    if (!this.#isSuspected) this.#suspectedSinceMs = link.provenMs;
    this.#isSuspected = this.#detector.closed(livedMs, isExplained ? 'otherwise' : howClosed(failure), nowMs);
    if (!this.#isSuspected) {
      this.#dismiss();
      return;
    }
    if (link.isPinned) {
      // There is no id for a witness.
      if (!this.#detector.isRepeated) return;
      log.prescribedIdTaken();
      this.#detector.settled(nowMs);
      return;
    }
    const witness = this.#witness;
    if (witness === undefined || this.#cancelVerdict !== undefined || !this.#detector.isRepeated) return;
    const waitMs = this.#detector.mustOutliveMs(livedMs);
    this.#verdictAtMs = nowMs + waitMs;
    this.#cancelVerdict = clock.after(waitMs, () => {
      if (this.#witness === witness && witness.isOpen) this.#believe();
    });
  }

  /** How long to wait before connecting again: whoever has the id meanwhile is not to be disturbed in vain. */
  get pauseMs(): number {
    if (this.#cancelVerdict === undefined) return 0;
    return Math.min(longestPauseMs, this.#verdictAtMs - this.#parts.clock.monotonicMs());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelStay();
    this.#dismiss();
  }

  async #callWitness(): Promise<void> {
    if (this.#witness !== undefined || this.#isOpening || this.#isStopped) return;
    this.#isOpening = true;
    try {
      const witness = await this.#parts.openWitness(() => this.#acquit());
      if (this.#isStopped) witness.destroy();
      else this.#witness = witness;
    } catch {
      // Without a witness nothing is believed.
      this.#acquit();
    } finally {
      this.#isOpening = false;
    }
  }

  /** Whatever closes the connections closes the witness, too. */
  #acquit(): void {
    this.#detector.settled(this.#parts.clock.monotonicMs());
    this.#dismiss();
  }

  #believe(): void {
    const sinceMs = this.#suspectedSinceMs;
    this.#detector.settled(this.#parts.clock.monotonicMs());
    this.#dismiss();
    this.#parts.log.idTaken();
    this.#parts.onDuplicate(sinceMs);
  }

  #dismiss(): void {
    this.#isSuspected = false;
    this.#cancelVerdict?.();
    this.#cancelVerdict = undefined;
    const witness = this.#witness;
    this.#witness = undefined;
    witness?.destroy();
  }
}

function howClosed({ byBroker, hasCloseFrame }: StreamError): 'with a word' | 'without a word' | 'otherwise' {
  if (!byBroker) return 'otherwise';
  return hasCloseFrame ? 'with a word' : 'without a word';
}
