import type { SessionMemory } from './session-memory';

/**
 * The client ids of one stream. The first connection uses the stable id, so that a restarted Node-RED finds its session
 * again. A successor uses that id if it is free and left nothing behind, else one of its own, so that no forgotten
 * session ever pours old events into a handover.
 */
export class ClientIds {
  readonly #memory: SessionMemory;
  readonly #random: () => number;
  readonly #stream: string;
  #stable: string;
  #live: string;

  /** `stream` names the stream for this Node-RED instance, at most 100 bytes: AWS IoT allows 128 for a client id. */
  constructor(stream: string, memory: SessionMemory, random: () => number) {
    this.#stream = stream;
    this.#memory = memory;
    this.#random = random;
    this.#live = memory.liveId(stream) ?? stream;
    this.#stable = stream;
  }

  get live(): string {
    return this.#live;
  }

  successor(): string {
    const isFree = this.#live !== this.#stable && this.#memory.session(this.#stable)?.filters.size === 0;
    return isFree ? this.#stable : `${this.#stable}-${this.#suffix()}`;
  }

  promote(clientId: string): void {
    this.#live = clientId;
    this.#memory.setLiveId(this.#stream, clientId);
  }

  /** This id will not be used again, unless it is the stable one, whose session it is worth knowing to be empty. */
  retire(clientId: string): void {
    if (clientId !== this.#stable) this.#memory.forget(clientId);
  }

  /** Someone else uses our id: take one nobody can know. */
  abandon(): void {
    this.#stable = `${this.#stream}-${this.#suffix()}`;
    this.promote(this.#stable);
  }

  #suffix(): string {
    return Math.floor(this.#random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0');
  }
}
