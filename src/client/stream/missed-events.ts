import type { Subscribers } from '../events/subscribers';
import type { Clock } from '../time/clock';
import type { Outage, OutageWatch } from './outage-watch';
import type { StreamLink } from './stream-link';
import type { StreamLog } from './stream-log';

export interface MissedEventsParts {
  readonly company: string;
  readonly outage: OutageWatch;
  readonly subscribers: Pick<Subscribers, 'gap'>;
  readonly clock: Clock;
  readonly log: StreamLog;
  /** Whether this is still the connection that is live. */
  readonly isLive: (link: StreamLink) => boolean;
  /** The live connection has brought all that the broker kept during an outage. */
  readonly onCaughtUp: () => void;
  /** Events may have been missed; the subscribers were told. */
  readonly onGap: () => void;
}

/** Nothing has come for so long: the broker has sent what it had kept. AWS IoT sends 10 events a second of that. */
const quietMs = 3_000;
/** After so long at least, and so many times the outage, it has done so even where it never was quiet. */
const shortestCatchUpMs = 60_000;
const catchUpPerOutage = 20;

/** Knows from when to when events may be missing from a stream, and tells its subscribers and its log, once for each gap. */
export class MissedEvents {
  readonly #parts: MissedEventsParts;
  #liveSinceMs = 0;
  #hasBeenLive = false;
  #stopWatching: () => void = () => undefined;

  constructor(parts: MissedEventsParts) {
    this.#parts = parts;
    parts.outage.opened(parts.clock.now());
  }

  /** A connection is live: the first one, one after an outage, or with `wasRenewed` one that takes over from another. */
  wentLive(link: StreamLink, wasRenewed: boolean): void {
    const { outage: watch, clock, log } = this.#parts;
    this.#liveSinceMs = clock.now();
    const outage = watch.ended(clock.now(), link.sessionPresent);
    if (wasRenewed && !outage?.isGap) log.renewed();
    // What a deploy takes is no outage to speak of.
    else log.connected(this.#hasBeenLive || outage?.isGap ? outage : undefined);
    this.#hasBeenLive = true;
    if (outage?.isGap) this.#declare(outage);
    else if (outage !== undefined) this.#watchBacklog(link, clock.monotonicMs() + catchUpMs(outage));
  }

  /** There is no connection, or there will be none until its session is taken over. */
  outageBegan(link: StreamLink): void {
    this.#parts.outage.began(link.lastHeardMs);
  }

  /** The broker began a new session: what it kept in the old one is gone. */
  sessionBegan(): void {
    this.#parts.outage.sessionBegan();
  }

  /** Everything that the broker kept has come. */
  caughtUp(): void {
    this.#parts.outage.caughtUp();
  }

  /** Since when events are lost should what the broker keeps be lost, on a line last heard at `heardMs`; ms since 1970. */
  missingSinceMs(heardMs: number): number {
    return this.#parts.outage.behindSinceMs ?? heardMs;
  }

  /** A connection is gone, last heard at `heardMs`, and with it what had been published before the live one was there. */
  lostWith(heardMs: number): void {
    const from = this.missingSinceMs(heardMs);
    const gap = { from, since: from, to: this.#liveSinceMs, isGap: true };
    this.caughtUp();
    this.#parts.log.connected(gap);
    this.#declare(gap);
  }

  /** The stream ends with the session kept for a deploy. With `missedSinceMs` there are events that no session has. */
  suspend(live: StreamLink | undefined, missedSinceMs: number | undefined): void {
    this.#parts.outage.closed(this.#parts.clock.now(), live?.lastHeardMs, missedSinceMs);
  }

  stop(): void {
    this.#stopWatching();
  }

  /** Waits until nothing has come for a while, or for long enough: then the broker has sent all it had kept. */
  #watchBacklog(link: StreamLink, endMs: number): void {
    const { clock, isLive, onCaughtUp } = this.#parts;
    const seen = link.received;
    this.#stopWatching();
    this.#stopWatching = clock.after(quietMs, () => {
      if (!isLive(link)) return;
      if (link.received !== seen && clock.monotonicMs() < endMs) {
        this.#watchBacklog(link, endMs);
        return;
      }
      this.caughtUp();
      onCaughtUp();
    });
  }

  #declare({ from, to }: Outage): void {
    const gap = { company: this.#parts.company, from, to };
    this.#parts.subscribers.gap(gap);
    this.#parts.onGap();
  }
}

/** How long the broker may take to send what it kept during an outage, where events go on coming all the time. */
function catchUpMs({ since, to }: Outage): number {
  return Math.max(shortestCatchUpMs, (to - since) * catchUpPerOutage);
}
