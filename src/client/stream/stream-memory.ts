import type { RedeliveryFilter } from '../../protocol/stream/redelivery';
import { OutageWatch } from './outage-watch';

/** What is known of the broker's session under one client id. */
export interface RememberedSession {
  /** The filters it is subscribed to; empty after an orderly retirement. */
  readonly filters: readonly string[];
}

/** The client ids of one stream. */
export interface StreamIds {
  /** The one that a connection returns to where it can. */
  readonly stable: string;
  /** The one that was last live. */
  readonly live: string;
}

/**
 * What outlives an account across a redeploy: which client id was live, what the broker's sessions are subscribed to, what
 * they may send again, and since when nothing was heard. With it a redeploy resumes its session, even in the middle of an
 * outage, and a leftover session is never mistaken for a fresh one.
 */
export class SessionMemory {
  readonly #sessions = new Map<string, RememberedSession>();
  readonly #doubted = new Set<string>();
  readonly #ids = new Map<string, StreamIds>();
  readonly #outages = new Map<string, OutageWatch>();
  /** By client id: the messages that the broker may send again when the session is resumed. */
  readonly redeliveries = new Map<string, RedeliveryFilter>();

  ids(stream: string): StreamIds | undefined {
    return this.#ids.get(stream);
  }

  setIds(stream: string, ids: StreamIds): void {
    this.#ids.set(stream, ids);
  }

  /** The watch over this stream's outages. */
  outage(stream: string): OutageWatch {
    const known = this.#outages.get(stream);
    if (known !== undefined) return known;
    const outage = new OutageWatch();
    this.#outages.set(stream, outage);
    return outage;
  }

  /** The stream ends for good, or for long. */
  forgetOutage(stream: string): void {
    this.#outages.delete(stream);
  }

  session(clientId: string): RememberedSession | undefined {
    return this.#sessions.get(clientId);
  }

  remember(clientId: string, filters: readonly string[]): void {
    this.#sessions.set(clientId, { filters });
  }

  /** Whether the broker may have begun a new session without our hearing of it: then what it is subscribed to is not known. */
  isDoubted(clientId: string): boolean {
    return this.#doubted.has(clientId);
  }

  /** A CONNECT left, and may be carried out and never answered. */
  doubt(clientId: string): void {
    this.#doubted.add(clientId);
  }

  /** The broker has answered all there was to ask. */
  trust(clientId: string): void {
    this.#doubted.delete(clientId);
  }

  forget(clientId: string): void {
    this.#sessions.delete(clientId);
    this.#doubted.delete(clientId);
    this.redeliveries.delete(clientId);
  }
}
