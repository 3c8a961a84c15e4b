import { createHash } from 'node:crypto';
import type { StreamMeter } from '../../protocol/connection/stream-meter';
import type { SessionGrants, StreamPolicy } from '../../protocol/connection/stream-policy';
import type { RedeliveryFilter } from '../../protocol/stream/redelivery';
import type { ListedPlace } from '../../protocol/topics/port-split';
import type { EventGap } from '../events/port-subscriber';

/** What is known of the broker's session under one client id. */
export interface RememberedSession {
  /** The filters it is subscribed to. */
  readonly filters: readonly string[];
  /** Asked for, or let go of, without an answer yet: it may be subscribed to these as well, or not. */
  readonly unanswered: readonly string[];
}

/** The client ids of one stream. */
export interface StreamIds {
  /** The one that a connection returns to where it can. */
  readonly stable: string;
  /** The one whose session holds all that has not come yet. */
  readonly live: string;
  /** The fingerprint of the filters that the stable one is made from, unless nobody can know it. */
  readonly madeFrom?: string | undefined;
}

/** What is known of the times without a connection; all in ms of the monotonic clock, which goes on over deploys. */
export interface OutageNotes {
  /** Since when nothing could have been heard. */
  sinceMs?: number | undefined;
  /** When that was noticed: of a dead connection late, and of one that was idle soon. */
  noticedMs?: number | undefined;
  /** The connection that is gone. Where we closed it, its last ping is answered when the outage has begun already. */
  left?: { readonly provenMs: number } | undefined;
  /** Of the connection before: the wall clock minus the monotonic one, if that clock was right, and whose credentials it had. */
  before?: { readonly wallOffsetMs: number; readonly sessionToken: string } | undefined;
  /** Since when events may still be on their way that the broker kept: when it was last heard, and had brought everything. */
  behind?: { readonly sinceMs: number; readonly provenMs: number } | undefined;
  /** How many events came in a second before the outage. It goes on until that was caught up with, since until then more or fewer come. */
  usualPerSecond?: number | undefined;
  /** What a connection that is gone had brought until then, and the session that goes on is not subscribed to; it is to `held`. */
  lacking?:
    | { readonly filters: readonly string[]; readonly held: readonly string[]; readonly provenMs: number }
    | undefined;
  /** When the stream was closed for a deploy. */
  closedAtMs?: number | undefined;
  /** A new session was begun in this outage, on a connection that may not have lived to be of use. */
  isSessionLost?: boolean;
}

/** Filters on their way from one connection of a company to another. */
export interface PendingMove {
  readonly from: number;
  readonly to: number;
  /** Those that the one still has, and those that the other has got; in part they match the same topics. */
  readonly leaving: readonly string[];
  readonly coming: readonly string[];
  /** The other brings everything: the one may have unsubscribed. */
  readonly isComplete?: boolean;
}

/** How a company's connections share it: which of them each filter is on, and what one of them has learnt for all. */
export interface LaneNotes {
  present: ReadonlyMap<string, number>;
  /** The hubs as they were listed last: after a deploy the platform may not list them for a while. */
  hubs: readonly ListedPlace[];
  moves: readonly PendingMove[];
  /** Since when events are missing of which nobody has been told yet, on the monotonic clock: a connection is done without. */
  missingSinceMs?: number | undefined;
  /** The doubts of what each of them believes of its policy, which outlives a deploy as well. */
  readonly sessionGrants: SessionGrants;
}

/** What a stream goes on with after a deploy. */
export interface StreamNotes {
  ids?: StreamIds;
  outage: OutageNotes;
  policy?: StreamPolicy;
  meter?: StreamMeter<EventGap>;
  lanes?: LaneNotes;
  /** Client ids whose sessions could not be ended. */
  readonly leftovers: Set<string>;
}

/**
 * What outlives an account across a redeploy: which client id was live, what the broker's sessions are subscribed to, what
 * they may send again, since when nothing was heard, and what the policy permits. With it a redeploy resumes its session,
 * even in the middle of an outage, and a leftover session is never mistaken for a fresh one.
 */
export class SessionMemory {
  readonly #sessions = new Map<string, RememberedSession>();
  readonly #doubted = new Set<string>();
  readonly #unanswered = new Set<string>();
  /** Client ids whose sessions are over, or hold nothing and are subscribed to nothing. */
  readonly #over = new Set<string>();
  readonly #streams = new Map<string, StreamNotes>();
  /** By client id: the messages that the broker may send again when the session is resumed. */
  readonly redeliveries = new Map<string, RedeliveryFilter>();

  /** The notes of one stream, to be written in. */
  stream(id: string): StreamNotes {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    const notes: StreamNotes = { outage: {}, leftovers: new Set() };
    this.#streams.set(id, notes);
    return notes;
  }

  session(clientId: string): RememberedSession | undefined {
    return this.#sessions.get(clientId);
  }

  remember(clientId: string, filters: readonly string[], unanswered: readonly string[] = []): void {
    this.#sessions.set(clientId, { filters, unanswered });
  }

  /** Whether the broker may have begun a new session without our hearing of it: then what it is subscribed to is not known. */
  isDoubted(clientId: string): boolean {
    return this.#doubted.has(clientId);
  }

  /** A CONNECT left, and may be carried out and never answered. */
  doubt(clientId: string): void {
    this.#doubted.add(clientId);
    this.#unanswered.add(clientId);
    this.#over.delete(clientId);
  }

  /** Whether a CONNECT had no answer: the session that is there may be one that it began, in place of one that was lost. */
  mayBeNew(clientId: string): boolean {
    return this.#unanswered.has(clientId);
  }

  /** It is known which session is there. */
  identified(clientId: string): void {
    this.#unanswered.delete(clientId);
  }

  /** The broker has answered all there was to ask. */
  trust(clientId: string): void {
    this.#doubted.delete(clientId);
  }

  /** Whether nothing can come any more from the session of this client id. */
  isOver(clientId: string): boolean {
    return this.#over.has(clientId);
  }

  /** The session was ended, or left unsubscribed from everything. */
  ended(clientId: string): void {
    this.forget(clientId);
    this.#over.add(clientId);
  }

  forget(clientId: string): void {
    this.#sessions.delete(clientId);
    this.#doubted.delete(clientId);
    this.#unanswered.delete(clientId);
    this.#over.delete(clientId);
    this.redeliveries.delete(clientId);
  }
}

/**
 * The client ids of one stream. The first connection uses the stable id, so that a restarted Node-RED finds its session
 * again. A successor to the same filters uses that id if its session is known to be over, else one of its own, so that no forgotten
 * session ever pours old events into a handover.
 *
 * The stable id is made from what was subscribed to when Node-RED started, and stands for that alone: a session of another flow would
 * still be subscribed to what that one wanted after a restart, and nobody could tell.
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

  /** The id for a connection that has no other beside it, or none that it takes over from: that one has brought what an old session holds. */
  initial(plan: readonly string[], lane?: { readonly takesOver: () => boolean }): string {
    const known = this.live;
    if (known !== undefined) return known;
    const madeFrom = lane?.takesOver() ? undefined : fingerprint(plan);
    const stable = madeFrom === undefined ? this.passing() : `${this.#stream}-${madeFrom}`;
    this.#set({ stable, live: stable, madeFrom });
    return stable;
  }

  successor(plan: readonly string[]): string {
    const { stable, live, madeFrom }: StreamIds = this.#ids ?? { stable: this.#stream, live: this.#stream };
    const isMeant = madeFrom === undefined || madeFrom === fingerprint(plan);
    const isFree = isMeant && live !== stable && this.#memory.isOver(stable);
    return isFree ? stable : `${stable}-${this.#suffix()}`;
  }

  /** An id that nobody else can know, for a connection that wants no session. */
  passing(): string {
    return `${this.#stream}-${this.#suffix()}`;
  }

  promote(clientId: string): void {
    this.#set({ stable: clientId, ...this.#ids, live: clientId });
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

  /** Whether the session is, or may be, subscribed to something. */
  get isSubscribed(): boolean {
    const session = this.#memory.session(this.live ?? '');
    return session !== undefined && session.filters.length + session.unanswered.length > 0;
  }

  /**
   * Whether the broker can have kept nothing under it: nothing has been subscribed to, now or before a deploy. What was kept until it
   * was unsubscribed stays kept, however, until it has come.
   */
  get holdsNothing(): boolean {
    const isKnown = this.#memory.session(this.live ?? '') !== undefined;
    return !isKnown || (!this.isSubscribed && this.#memory.stream(this.#stream).outage.behind === undefined);
  }

  /** What is kept is not wanted any more: the next connection takes another id, and when it is there that session is ended. Returns whether there is one. */
  leave(): boolean {
    if (this.holdsNothing) return false;
    this.giveUp();
    return true;
  }

  /** The same, whatever the broker may have kept. */
  giveUp(): void {
    const { live } = this;
    if (live === undefined) return;
    this.#memory.stream(this.#stream).leftovers.add(live);
    this.abandon(false);
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
