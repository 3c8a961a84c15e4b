import { createHash } from 'node:crypto';
import type { SessionMemory } from './stream-memory';

/**
 * The client ids of one stream. The first connection uses the stable id, so that a restarted Node-RED finds its session
 * again. A successor uses that id if it is free and left nothing behind, else one of its own, so that no forgotten
 * session ever pours old events into a handover.
 *
 * The stable id is made from what was subscribed to when Node-RED started: a session of another flow would still be
 * subscribed to what that one wanted, and nobody could tell.
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

  /** The id of the live connection, or of the one that was lost last. */
  get live(): string | undefined {
    return this.#memory.ids(this.#stream)?.live;
  }

  /** The id for a connection that has no other beside it. */
  single(plan: readonly string[]): string {
    const known = this.live;
    if (known !== undefined) return known;
    const stable = `${this.#stream}-${fingerprint(plan)}`;
    this.#memory.setIds(this.#stream, { stable, live: stable });
    return stable;
  }

  successor(): string {
    const { stable, live } = this.#memory.ids(this.#stream) ?? { stable: this.#stream, live: this.#stream };
    const isFree = live !== stable && this.#memory.session(stable)?.filters.length === 0;
    return isFree ? stable : `${stable}-${this.#suffix()}`;
  }

  promote(clientId: string): void {
    const { stable } = this.#memory.ids(this.#stream) ?? { stable: clientId };
    this.#memory.setIds(this.#stream, { stable, live: clientId });
  }

  /** This id will not be used again, unless it is the stable one, whose session it is worth knowing to be empty. */
  retire(clientId: string): void {
    if (clientId !== this.#memory.ids(this.#stream)?.stable) this.#memory.forget(clientId);
  }

  /** Someone else uses our id: take one nobody can know. */
  abandon(): void {
    const stable = `${this.#stream}-${this.#suffix()}`;
    this.#memory.setIds(this.#stream, { stable, live: stable });
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
