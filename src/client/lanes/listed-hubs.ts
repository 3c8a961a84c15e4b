import { equalJson } from '../../protocol/json/json-equal';
import { reasonOf } from '../../protocol/json/quoted';
import { OchnoError } from '../../protocol/ochno-error';
import type { ListedPlace } from '../../protocol/topics/port-split';
import type { LaneNotes } from '../stream/stream-memory';
import type { Surroundings } from '../surroundings';

interface ListedHubsParts extends Pick<Surroundings, 'clock' | 'log'> {
  /** They are kept here, and known from before a deploy. */
  readonly notes: Pick<LaneNotes, 'hubs'>;
  readonly read: () => Promise<readonly ListedPlace[]>;
  /** The list was read: `isOther` than the one before, or the same. */
  readonly onRead: (isOther: boolean) => void;
}

/** A hub that is added is heard within ten minutes. */
const readAgainMs = 600_000;
const readAfterFailureMs = 60_000;

/** The hubs of a company as the platform lists them, read again and again. */
export class ListedHubs {
  readonly #parts: ListedHubsParts;
  #cancel: () => void = () => undefined;
  #isStopped = false;
  #hasToldFailure = false;

  constructor(parts: ListedHubsParts) {
    this.#parts = parts;
  }

  /** As read last; none before. */
  get now(): readonly ListedPlace[] {
    return this.#parts.notes.hubs;
  }

  /** Never rejects: the list of before is better than none, and without one all is on one connection. */
  async read(): Promise<void> {
    const { read, clock, notes, onRead } = this.#parts;
    this.#cancel();
    let nextMs = readAgainMs;
    try {
      const hubs = await read();
      if (this.#isStopped) return;
      const isOther = !equalJson(hubs, notes.hubs);
      notes.hubs = hubs;
      onRead(isOther);
    } catch (error) {
      nextMs = readAfterFailureMs;
      this.#tellFailure(error);
    }
    this.#cancel();
    if (!this.#isStopped) this.#cancel = clock.after(nextMs, () => void this.read());
  }

  #tellFailure(error: unknown): void {
    const { log } = this.#parts;
    // Of a log-in that is refused the stream tells by itself.
    const isRefused = error instanceof OchnoError && error.code === 'OCHNO_LOGIN';
    const isNews = this.now.length === 0 && !this.#hasToldFailure && !this.#isStopped && !isRefused;
    const line = `the hubs can't be listed: ${reasonOf(error)}`;
    if (isNews) log.warn(`${line}; what listens to any hub is on one connection until they can`);
    else log.debug(line);
    this.#hasToldFailure ||= !isRefused;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }
}
