import type { Logger } from '../logger';
import { streamName } from '../stream/stream-status';
import type { Surroundings } from '../surroundings';
import { ExpiringMap } from '../time/expiring-map';

interface JointLogParts extends Pick<Surroundings, 'clock' | 'log'> {
  readonly company: string;
  /** The connections that there should be now. */
  readonly lanes: () => readonly { readonly stream: { readonly isOpen: boolean } }[];
}

interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly cause: Error | undefined;
  /** How many connections were open when it was said last. */
  readonly count: string;
}

/** What several connections say within this time is said once. */
const togetherMs = 1_000;
/** What is true of the account or the computer each of them finds out by itself, at its own time. */
const knownForMs = 600_000;

/**
 * The log of connections that have a company's stream together. What happens to several of them at the same time is one line,
 * with how many are open then, and is not said again by another one before that number changes; what is not about a
 * connection, such as a clock that is wrong, is said by the first only.
 */
export class JointLog {
  readonly #parts: JointLogParts;
  readonly #waiting = new Map<string, Line>();
  #openCount = '';
  /** What was written of connections since another number of them was told. */
  readonly #written = new Set<string>();
  #writtenCount = '';
  /** What was said since as many are open. */
  readonly #saidSince = new Set<string>();
  /** Which connection said what last. */
  readonly #facts: ExpiringMap<string, number>;
  #cancel: () => void = () => undefined;

  constructor(parts: JointLogParts) {
    this.#parts = parts;
    this.#facts = new ExpiringMap({ clock: parts.clock, lifeMs: knownForMs });
  }

  /** For the connection of this number. While it `isQuiet`, its warnings are of no interest. */
  of(lane: number, isQuiet: () => boolean): Logger {
    const { log } = this.#parts;
    return {
      info: (message) => this.#say(lane, 'info', message),
      warn: (message) => (isQuiet() ? log.debug(message) : this.#say(lane, 'warn', message)),
      error: (message, cause) => this.#say(lane, 'error', message, cause),
      debug: (message) => log.debug(message),
    };
  }

  /** Says at once what is to be said. */
  flush(): void {
    this.#cancel();
    for (const [message, { level, count, cause }] of this.#waiting) {
      const isNews = count === '' || this.#isNews(message, count);
      this.#parts.log[isNews ? level : 'debug'](message + count, cause);
    }
    this.#waiting.clear();
  }

  #say(lane: number, level: Line['level'], message: string, cause?: Error): void {
    const { clock, company, log } = this.#parts;
    const isOfConnection = message.startsWith(`${streamName(company)} `);
    if (isOfConnection ? this.#isSaid(message) : this.#isKnown(lane, message)) {
      log.debug(message);
      return;
    }
    if (this.#waiting.size === 0) this.#cancel = clock.after(togetherMs, () => this.flush());
    // Said anew, it comes after what was said meanwhile.
    this.#waiting.delete(message);
    this.#waiting.set(message, { level, cause, count: isOfConnection ? this.#openCount : '' });
  }

  /** Connections that came and went within the second are none. */
  #isNews(message: string, count: string): boolean {
    if (count !== this.#writtenCount) this.#written.clear();
    this.#writtenCount = count;
    const isNews = !this.#written.has(message);
    this.#written.add(message);
    return isNews;
  }

  /** Whether it was said of a connection when as many were open. */
  #isSaid(message: string): boolean {
    const lanes = this.#parts.lanes();
    const openCount = ` (connections open: ${lanes.filter(({ stream }) => stream.isOpen).length} of ${lanes.length})`;
    if (openCount !== this.#openCount) this.#saidSince.clear();
    this.#openCount = openCount;
    const isSaid = this.#saidSince.has(message);
    this.#saidSince.add(message);
    return isSaid;
  }

  /** Whether another connection has said so. */
  #isKnown(lane: number, message: string): boolean {
    const isKnown = (this.#facts.get(message) ?? lane) !== lane;
    if (!isKnown) this.#facts.set(message, lane);
    return isKnown;
  }
}
