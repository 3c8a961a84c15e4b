import { DuplicateClientIdDetector, takenOverWithinMs } from '../../protocol/connection/duplicate-client-id';
import type { StreamPolicy } from '../../protocol/connection/stream-policy';
import type { StreamError } from '../mqtt/stream-error';
import type { Clock } from '../time/clock';
import { succeeds } from '../time/succeeds';
import type { StreamLane } from './rotation';
import type { StreamConnection, StreamLink } from './stream-link';
import type { StreamLog } from './stream-log';

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
