/** What is known of the broker's session under one client id. */
export interface RememberedSession {
  /** The filters it is subscribed to; empty after an orderly retirement. */
  filters: ReadonlySet<string>;
}

/** The client ids of one stream. */
export interface StreamIds {
  /** The one that a connection returns to where it can. */
  readonly stable: string;
  /** The one that was last live. */
  readonly live: string;
}

/**
 * What outlives an account across a redeploy: which client id was live and what the broker's sessions are subscribed to.
 * With it a redeploy resumes its session, and a leftover session is never mistaken for a fresh one.
 */
export class SessionMemory {
  readonly #sessions = new Map<string, RememberedSession>();
  readonly #ids = new Map<string, StreamIds>();

  ids(stream: string): StreamIds | undefined {
    return this.#ids.get(stream);
  }

  setIds(stream: string, ids: StreamIds): void {
    this.#ids.set(stream, ids);
  }

  session(clientId: string): RememberedSession | undefined {
    return this.#sessions.get(clientId);
  }

  remember(clientId: string, filters: ReadonlySet<string>): void {
    this.#sessions.set(clientId, { filters });
  }

  forget(clientId: string): void {
    this.#sessions.delete(clientId);
  }
}
