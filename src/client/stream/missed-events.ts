import type { StreamMeter } from '../../protocol/connection/stream-meter';
import { CatchUp } from '../../protocol/stream/catch-up';
import { RateWatch } from '../../protocol/stream/rate-watch';
import { isClockRight } from '../../protocol/stream/stream-credentials';
import { filtersOverlap } from '../../protocol/topics/filter-overlap';
import { beyond, unkept } from '../../protocol/topics/plan-change';
import type { EventGap } from '../events/port-subscriber';
import type { Clock } from '../time/clock';
import { wallOffsetOf } from './arrivals';
import type { StreamLink } from './stream-link';
import type { StreamLog } from './stream-log';
import type { OutageNotes } from './stream-memory';

export interface MissedEventsParts {
  readonly company: string;
  /** What is known from before a deploy. */
  readonly notes: OutageNotes;
  readonly meter: StreamMeter<EventGap>;
  readonly clock: Clock;
  readonly log: StreamLog;
  /** What the session is subscribed to that goes on if every connection ends. */
  readonly inSession: () => readonly string[];
  /** The filters asked for by those who are to miss nothing. */
  readonly asked: () => readonly string[];
  /** Whether this is still the connection that is live. */
  readonly isLive: (link: StreamLink) => boolean;
  /** The live connection has brought all that the broker kept during an outage. */
  readonly onCaughtUp: () => void;
  /** Events may have been missed. */
  readonly onGap: (gap: EventGap) => void;
}

/** A stretch without a connection, in ms of the monotonic clock. */
interface Outage {
  /** Since when there is something to catch up with: before it began if an earlier outage had not been caught up with. */
  readonly fromMs: number;
  /** Since when events may be missing: what was heard last may have been on its way for long. */
  readonly provenMs: number;
  readonly noticedMs: number;
  readonly toMs: number;
  /** Whether events may have been missed in it. */
  readonly isGap: boolean;
}

/** AWS IoT keeps a persistent session, and what it has queued, for an hour by default. */
const sessionLifeMs = 3_600_000;
/** A deploy takes no longer than this. What comes later is a new beginning, for other nodes perhaps. */
const longestDeployMs = 60_000;
/** How often it is looked at how much comes. */
const lookMs = 1_000;
/** Nothing has come for so many looks: nothing that the broker kept would be lost with its session. */
const quietLooks = 3;
/** After so long at least, and so many times the outage, that is so even where it never was quiet: AWS IoT sends 10 events a second. */
const shortestCatchUpMs = 60_000;
const catchUpPerOutage = 20;
/** Fewer events than this may fail to come by chance. */
const fewestExpected = 3;

/**
 * Knows from when to when events may be missing from a stream, and tells of it once for each gap. A session that is
 * resumed brings what was kept, but only by and by, and may be lost before it has brought everything.
 *
 * Spans are measured on the monotonic clock and told in this computer's time as it is then: a clock that is set in between
 * makes no gap.
 */
export class MissedEvents {
  readonly #parts: MissedEventsParts;
  readonly #notes: OutageNotes;
  readonly #rate = new RateWatch();
  #liveSinceMs = 0;
  #hasBeenLive = false;
  #stopWatching: () => void = () => undefined;

  constructor(parts: MissedEventsParts) {
    const { notes, clock } = parts;
    this.#parts = parts;
    this.#notes = notes;
    const { closedAtMs } = notes;
    notes.closedAtMs = undefined;
    if (closedAtMs !== undefined && clock.monotonicMs() - closedAtMs <= longestDeployMs) return;
    for (const note of ['sinceMs', 'left', 'behind', 'lacking'] as const) notes[note] = undefined;
    notes.isSessionLost = false;
  }

  /** The live connection is gone. In a renewal the session that goes on may not be subscribed to all that this one was. */
  liveEnded({ isPinned, provenMs, subscriptions }: StreamLink): void {
    const held = this.#parts.inSession();
    const filters = isPinned ? [] : unkept(subscriptions.held, held, this.#parts.asked);
    if (filters.length === 0) return;
    const { lacking } = this.#notes;
    this.#notes.lacking = {
      filters: [...(lacking?.filters ?? []), ...filters],
      held: held.filter((filter) => lacking?.held.includes(filter) ?? true),
      provenMs: Math.min(provenMs, lacking?.provenMs ?? provenMs),
    };
  }

  /** The live connection is subscribed to all that is wanted. */
  subscribed(held: Iterable<string>): void {
    const { lacking } = this.#notes;
    if (lacking === undefined) return;
    this.#notes.lacking = undefined;
    const isMissed = (filter: string): boolean => lacking.filters.some((other) => filtersOverlap(filter, other));
    if (!beyond(held, lacking.held).some(isMissed)) return;
    this.#lost(lacking.provenMs, this.#parts.clock.monotonicMs());
  }

  /** There is no connection, or there will be none until its session is taken over. A dead one is noticed late. */
  outageBegan(link: StreamLink): void {
    if (this.#notes.sinceMs !== undefined) return;
    this.#notes.sinceMs = link.lastHeardMs;
    this.#notes.noticedMs = this.#parts.clock.monotonicMs();
    this.#notes.left = link;
    const usualPerSecond = this.isBehind ? undefined : this.#parts.meter.usualPerSecond(link.lastHeardMs);
    this.#notes.usualPerSecond = usualPerSecond ?? this.#notes.usualPerSecond;
    const { sessionToken } = link.timed.credentials;
    this.#notes.before = isClockRight(link.timed) ? { wallOffsetMs: link.inbox.wallOffsetMs, sessionToken } : undefined;
  }

  /**
   * The broker began a new session, on a connection that may not live to be of use: the next one resumes that session, and
   * not the one from before the outage.
   */
  sessionBegan(): void {
    if (this.#notes.sinceMs !== undefined) this.#notes.isSessionLost = true;
  }

  /**
   * A CONNECT had no answer, and the session that is there now has brought nothing. Had the broker kept the one from before,
   * as much as usual would have come with it; else the broker lost it, and that CONNECT has begun another.
   */
  sessionIsSilent(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const { sinceMs = nowMs, usualPerSecond = 0 } = this.#notes;
    if ((usualPerSecond * (nowMs - sinceMs)) / 1000 >= fewestExpected) this.sessionBegan();
  }

  /** A connection is live: the first one, one after an outage, or with `wasRenewed` one that takes over from another. */
  wentLive(link: StreamLink, wasRenewed: boolean): void {
    const { clock, log, meter } = this.#parts;
    const nowMs = clock.monotonicMs();
    const outage = this.#outageEnded(nowMs, link);
    this.#liveSinceMs = nowMs;
    this.#rate.renewed(nowMs);
    if (wasRenewed) meter.renewals += 1;
    else if (this.#hasBeenLive) meter.reconnects += 1;
    if (wasRenewed && !outage?.isGap) log.renewed();
    // What a deploy takes is not an outage to speak of.
    else log.connected(this.#hasBeenLive || outage?.isGap ? this.#told(outage) : undefined);
    this.#hasBeenLive = true;
    if (outage?.isGap) this.declare(outage.provenMs, outage.toMs);
    if (link.sessionPresent && !(wasRenewed && outage === undefined)) this.watchBacklog(link, outage);
  }

  /** Whether the broker may still have to send what it kept during an outage. */
  get isBehind(): boolean {
    return this.#notes.behind !== undefined;
  }

  /** The session that is resumed, or that goes on, has not brought what has been published since then. */
  owes(provenMs: number): void {
    const sinceMs = Math.min(provenMs, this.#notes.behind?.provenMs ?? provenMs);
    this.#notes.behind = { sinceMs, provenMs: sinceMs };
  }

  /** Everything that the broker kept has come. */
  caughtUp(): void {
    this.#notes.behind = undefined;
  }

  /**
   * A connection is gone that had brought everything until `provenMs`, and with it what had been published since then and
   * before the live one was there.
   */
  lostWith(provenMs: number): void {
    const fromMs = this.#notes.behind?.provenMs ?? provenMs;
    this.caughtUp();
    this.#lost(fromMs, this.#liveSinceMs);
  }

  #lost(fromMs: number, toMs: number): void {
    this.declare(fromMs, toMs);
    this.#parts.log.missed(this.#wallMs(fromMs), this.#wallMs(toMs));
  }

  /** Since when events would be missing if what the broker keeps in this outage were lost; undefined if there is none. */
  get outageSinceMs(): number | undefined {
    const { behind, lacking, left, sinceMs } = this.#notes;
    if (sinceMs === undefined) return undefined;
    const provenMs = behind?.provenMs ?? Math.min(sinceMs, left?.provenMs ?? sinceMs);
    return Math.min(provenMs, lacking?.provenMs ?? provenMs);
  }

  /** The stream ends with the session kept for a deploy. */
  suspend(live: StreamLink | undefined): void {
    // Who only looked misses nothing, and a node that the deploy brings has nothing to miss.
    if (live !== undefined && this.#parts.asked().length > 0) {
      this.liveEnded(live);
      this.outageBegan(live);
    }
    this.#notes.closedAtMs = this.#parts.clock.monotonicMs();
  }

  stop(): void {
    this.#stopWatching();
  }

  #outageEnded(nowMs: number, link: StreamLink): Outage | undefined {
    const { behind, isSessionLost, lacking, noticedMs = nowMs, sinceMs: heardMs } = this.#notes;
    const outageSinceMs = this.outageSinceMs ?? nowMs;
    const sleptMs = this.#sleptMs(link);
    this.#notes.sinceMs = undefined;
    this.#notes.left = undefined;
    this.#notes.isSessionLost = false;
    if (heardMs === undefined) return undefined;
    const sinceMs = heardMs - sleptMs;
    const isGap = !link.sessionPresent || isSessionLost === true || nowMs - sinceMs > sessionLifeMs;
    const fromMs = behind === undefined ? sinceMs : behind.sinceMs - sleptMs;
    const provenMs = outageSinceMs - sleptMs;
    this.#notes.behind = isGap ? undefined : { sinceMs: fromMs, provenMs };
    const isLacking = lacking !== undefined && !isGap;
    this.#notes.lacking = isLacking ? { ...lacking, provenMs: lacking.provenMs - sleptMs } : undefined;
    return { fromMs, provenMs, noticedMs, toMs: nowMs, isGap };
  }

  /**
   * How long the computer slept in this outage: the monotonic clock stands still meanwhile. The wall clock tells, if it was
   * right before and after by the platform's own; else it was set.
   */
  #sleptMs({ timed }: StreamLink): number {
    const { before } = this.#notes;
    const isNews = timed.credentials.sessionToken !== before?.sessionToken;
    if (before === undefined || !isNews || !isClockRight(timed)) return 0;
    return Math.max(0, wallOffsetOf(this.#parts.clock) - before.wallOffsetMs);
  }

  /** Looks each second at how much has come: soon it is live, and after a while of silence, or in all certainty, all that was kept has come. */
  watchBacklog(link: StreamLink, outage?: Outage): void {
    const { clock, meter, isLive, onCaughtUp } = this.#parts;
    const startMs = clock.monotonicMs();
    const fromMs = outage?.fromMs ?? this.#notes.behind?.sinceMs;
    const outageMs = fromMs === undefined ? undefined : (outage?.toMs ?? startMs) - fromMs;
    const endMs = startMs + Math.max(shortestCatchUpMs, (outageMs ?? 0) * catchUpPerOutage);
    const usualPerSecond = fromMs === undefined ? meter.usualPerSecond(startMs) : this.#notes.usualPerSecond;
    const catchUp = new CatchUp({ outageMs, usualPerSecond });
    let seen = link.received;
    let quiet = 0;
    const look = (): void => {
      const count = link.received - seen;
      seen = link.received;
      quiet = count === 0 ? quiet + 1 : 0;
      if (link.inbox.isCatchingUp && catchUp.second(count)) link.inbox.caughtUp();
      const isOver = quiet >= quietLooks || clock.monotonicMs() >= endMs;
      // Beside a successor it goes on bringing live events, too.
      const goesOn = isLive(link) ? !isOver : link.inbox.isCatchingUp;
      if (goesOn) this.#stopWatching = clock.after(lookMs, look);
      else if (isLive(link)) {
        this.caughtUp();
        onCaughtUp();
      }
    };
    this.#stopWatching();
    this.#stopWatching = clock.after(lookMs, look);
  }

  /** A message has come or left. Where there are so many that the broker will have discarded some, that is told. */
  message(nowMs: number): void {
    const excess = this.#rate.message(nowMs);
    if (excess === undefined) return;
    this.declare(excess.sinceMs, excess.untilMs, 'rate');
    this.#parts.log.rateExceeded();
  }

  /** How many messages the broker would let pass at once. */
  get room(): number {
    return this.#rate.room(this.#parts.clock.monotonicMs());
  }

  /** Events are missing in this span. */
  declare(fromMs: number, toMs: number, reason?: EventGap['reason']): EventGap {
    const { company, clock, meter, onGap } = this.#parts;
    const span = { from: this.#wallMs(fromMs), to: this.#wallMs(toMs) };
    const gap = { company, ...span, ...(reason === undefined ? {} : { reason }) };
    meter.gap(gap, clock.monotonicMs());
    onGap(gap);
    return gap;
  }

  #told(outage: Outage | undefined): Parameters<StreamLog['connected']>[0] {
    if (outage === undefined) return undefined;
    const { provenMs, noticedMs, toMs, isGap } = outage;
    return { from: this.#wallMs(provenMs), to: this.#wallMs(toMs), durationMs: toMs - noticedMs, isGap };
  }

  /** A time of the monotonic clock, in ms since 1970 as this computer counts them now. */
  #wallMs(monotonicMs: number): number {
    const { clock } = this.#parts;
    return Math.round(clock.now() - (clock.monotonicMs() - monotonicMs));
  }
}
