/** What is known of the broker's session under one client id. */
export interface RememberedSession {
  /** The filters it is subscribed to; empty after an orderly retirement. */
  filters: ReadonlySet<string>;
}

/**
 * What outlives an account across a redeploy: which client id was live and what the broker's sessions are subscribed to.
 * With it a redeploy resumes its session, and a leftover session is never mistaken for a fresh one.
 */
export class SessionMemory {
  readonly #sessions = new Map<string, RememberedSession>();
  readonly #liveIds = new Map<string, string>();

  /** The client id that was last live for this stream. */
  liveId(stream: string): string | undefined {
    return this.#liveIds.get(stream);
  }

  setLiveId(stream: string, clientId: string): void {
    this.#liveIds.set(stream, clientId);
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
