import type { StreamError } from '../mqtt/stream-error';
import type { Arrivals } from './arrivals';
import type { ClientIds } from './client-ids';
import type { StreamOpener } from './connector';
import type { StreamLink } from './stream-link';
import type { SessionMemory } from './stream-memory';

export interface StreamLinksParts {
  readonly opener: StreamOpener;
  readonly ids: ClientIds;
  readonly arrivals: Arrivals;
  readonly memory: SessionMemory;
  readonly plan: () => readonly string[];
  /** The broker has begun a new session for the only connection there is; that one may yet fail. */
  readonly onNewSession: () => void;
  /** A connection that was complete ended by itself. */
  readonly onLost: (link: StreamLink, failure: StreamError) => void;
  /** A connection has said goodbye for good. */
  readonly onRetired: (link: StreamLink) => void;
}

/** A connection that has been replaced has time to say goodbye. */
const farewellMs = 1_800;
/** At the end of the whole stream there is less: commands may have had a second for their acknowledgements before. */
const closingFarewellMs = 1_000;

/** The connections of one stream, by the number of the attempt: how each is opened under its client id, and closed. */
export class StreamLinks {
  readonly #parts: StreamLinksParts;
  readonly #attempts = new Map<number, AbortController>();
  readonly #links = new Map<number, StreamLink>();
  readonly #closing = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();
  /** Read for each event, which a signal's `aborted` is too slow for. */
  #isStopped = false;
  #keepsSession = false;

  constructor(parts: StreamLinksParts) {
    this.#parts = parts;
  }

  get(attempt: number): StreamLink | undefined {
    return this.#links.get(attempt);
  }

  /** @throws {StreamError | OchnoError} when the connection can't be had, or `close` or `stop` ended the attempt. */
  async open(attempt: number, as: 'only' | 'successor' | 'heir'): Promise<StreamLink> {
    const { opener, ids, arrivals, plan, onNewSession } = this.#parts;
    const abort = new AbortController();
    this.#attempts.set(attempt, abort);
    let usedId = '';
    const ownId = (): string => {
      usedId = as === 'successor' ? ids.successor() : ids.single(plan());
      return usedId;
    };
    try {
      if (as === 'heir') await this.closed();
      const link = await opener.open(
        {
          attempt,
          clientId: (pinned) => pinned ?? ownId(),
          plan,
          redelivery: (clientId, sessionPresent) => arrivals.redeliveryOf(clientId, sessionPresent),
          onMessage: (redelivery, topic, payload, qos) => {
            if (this.#isStopped) return undefined;
            return arrivals.receive(usedId, redelivery, topic, payload, qos);
          },
          onNewSession: () => {
            // A successor always begins one, beside that of the connection it is to replace.
            if (as !== 'successor') onNewSession();
          },
          onLost: (failure) => this.#lost(attempt, failure),
        },
        abort.signal,
      );
      this.#links.set(attempt, link);
      return link;
    } catch (error) {
      if (as === 'successor') this.#giveUpSession(usedId);
      throw error;
    } finally {
      this.#attempts.delete(attempt);
    }
  }

  close(attempt: number, how: 'with goodbye' | 'keeping the session' | 'at once'): void {
    this.#attempts.get(attempt)?.abort();
    const link = this.#links.get(attempt);
    this.#links.delete(attempt);
    if (link === undefined) return;
    if (how === 'at once') {
      link.destroy();
      return;
    }
    const keeps = how === 'keeping the session' || (this.#keepsSession && link.clientId === this.#parts.ids.live);
    const deadlineMs = this.#isStopped ? closingFarewellMs : farewellMs;
    const work = keeps ? link.suspend(deadlineMs) : this.#retire(link, deadlineMs);
    const closing: Promise<unknown> = work.finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Ends the session of a connection that nobody will resume; it would queue events for whoever connects under its id next. */
  async discard(clientId: string): Promise<void> {
    const { opener, ids, arrivals } = this.#parts;
    arrivals.forgetRedelivery(clientId);
    await opener.discardSession(clientId, this.#stopping.signal);
    ids.retire(clientId);
  }

  /** The stream ends: what comes is passed on no more, and the connections that are closed next have less time for it. */
  stop(keepsSession: boolean): void {
    this.#isStopped = true;
    this.#keepsSession = keepsSession;
    this.#stopping.abort();
  }

  /** Resolves when every connection that was to be closed is. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing);
  }

  /** One that was still subscribing fails its opening, which tells of it. */
  #lost(attempt: number, failure: StreamError): void {
    const link = this.#links.get(attempt);
    this.#links.delete(attempt);
    if (link !== undefined) this.#parts.onLost(link, failure);
  }

  /** A successor that got as far as a session leaves one behind that would go on queueing events. */
  #giveUpSession(clientId: string): void {
    const { memory } = this.#parts;
    if (memory.session(clientId) === undefined) memory.forget(clientId);
    else void this.discard(clientId);
  }

  async #retire(link: StreamLink, deadlineMs: number): Promise<void> {
    const { ids, arrivals, onRetired } = this.#parts;
    await link.retire(deadlineMs);
    onRetired(link);
    arrivals.forgetRedelivery(link.clientId);
    ids.retire(link.clientId);
  }
}
