import type { PlatformClock } from '../platform-clock';

/** What the gateway knows of one client id. */
export interface Session {
  readonly clientId: string;
  readonly clean: boolean;
  /** Filter → QoS granted. */
  readonly subscriptions: Map<string, number>;
  /** Platform time in ms; undefined while connected. */
  disconnectedAt: number | undefined;
  forgotten: boolean;
}

/** The sessions of all clients: which are persistent, which have expired, which were lost. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #clock: PlatformClock;
  readonly #expiryMs: number;

  constructor(clock: PlatformClock, expiryMs: number) {
    this.#clock = clock;
    this.#expiryMs = expiryMs;
  }

  /**
   * Opens a client's session: its old one where it is persistent and still good. `stale` says that the broker has a
   * session under this id which is to be thrown away first.
   */
  open(clientId: string, clean: boolean): { session: Session; present: boolean; stale: boolean } {
    const old = this.#sessions.get(clientId);
    const good = old !== undefined && !old.clean && !old.forgotten && !this.#isExpired(old);
    const present = good && !clean;
    const session: Session = {
      clientId,
      clean,
      subscriptions: present ? old.subscriptions : new Map(),
      disconnectedAt: undefined,
      forgotten: false,
    };
    this.#sessions.set(clientId, session);
    return { session, present, stale: old !== undefined && !old.clean && !present };
  }

  close(session: Session): void {
    session.disconnectedAt = this.#clock.now();
    if (session.clean && this.#sessions.get(session.clientId) === session) this.#sessions.delete(session.clientId);
  }

  /** Loses every persistent session, also those of clients that are connected now. */
  forgetAll(): void {
    for (const session of this.#sessions.values()) session.forgotten = true;
  }

  #isExpired({ disconnectedAt }: Session): boolean {
    return disconnectedAt !== undefined && this.#clock.now() - disconnectedAt >= this.#expiryMs;
  }
}
