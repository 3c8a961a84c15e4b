import { OchnoError } from '../../protocol/ochno-error';
import type { Logger } from '../logger';
import { StreamError } from '../mqtt/stream-error';
import type { Outage } from './outage-watch';

/** The lines a stream writes: one for each change of state, and none for a retry. */
export class StreamLog {
  readonly #log: Logger;
  readonly #stream: string;
  /** What has been told since there was a connection last, but for the words that a server chose. */
  readonly #toldOf = new Set<string>();
  #toldOfPrescribedId = false;

  constructor(log: Logger, company: string) {
    this.#log = log;
    this.#stream = `the stream of company ${company}`;
  }

  connected(outage: Outage | undefined): void {
    this.#toldOf.clear();
    if (outage === undefined) {
      this.#log.info(`${this.#stream} is connected`);
      return;
    }
    const seconds = Math.max(1, Math.round((outage.to - outage.since) / 1000));
    if (outage.isGap) {
      this.#log.warn(
        `${this.#stream} is connected again after ${seconds} s; events from ${iso(outage.from)} to ${iso(outage.to)} may be missing`,
      );
      return;
    }
    this.#log.info(`${this.#stream} is connected again after ${seconds} s; the broker kept what was sent meanwhile`);
  }

  lost(reason: string): void {
    this.#log.warn(`${this.#stream} was lost: ${clause(reason)}; connecting again`);
  }

  /** An attempt failed. Said once for each reason, however they take turns. */
  unreachable(failure: Error): void {
    this.#once(
      `unreachable ${kindOf(failure)}`,
      `${this.#stream} can't be reached: ${clause(failure.message)}; trying again until it can`,
    );
  }

  refused(reason: string): void {
    this.#log.error(`${this.#stream} stays closed: ${reason}`);
  }

  /** The connection stays, but its successor can't be had yet. */
  notRenewed(failure: Error): void {
    this.#once(
      `not renewed ${kindOf(failure)}`,
      `${this.#stream} can't be renewed yet: ${clause(failure.message)}; the connection is kept and the renewal tried again`,
    );
  }

  renewed(): void {
    this.#toldOf.clear();
    this.#toldOfPrescribedId = false;
    this.#log.debug(`${this.#stream} was renewed`);
  }

  /** A connection that has its successor already ended by itself. */
  oldLost(reason: string): void {
    this.#log.debug(`${this.#stream} lost the connection that was being replaced: ${clause(reason)}`);
  }

  idTaken(): void {
    this.#log.warn(
      `${this.#stream} keeps being closed as if another Node-RED used the same client id; going on under a new one. Was this Node-RED copied?`,
    );
  }

  /** Likewise where there is no other id to go on under. Said once until a connection has lived to be renewed. */
  prescribedIdTaken(): void {
    if (this.#toldOfPrescribedId) return;
    this.#toldOfPrescribedId = true;
    this.#log.warn(
      `${this.#stream} keeps being closed as if something else used the client id that the platform prescribes, under which only one can be connected. Is this account in a second account node or a second Node-RED?`,
    );
  }

  quarantined(filters: readonly string[]): void {
    this.#log.warn(`the broker closes the connection on ${filters.join(', ')}; left out for ten minutes`);
  }

  #once(kind: string, line: string): void {
    if (this.#toldOf.has(kind)) {
      this.#log.debug(line);
      return;
    }
    this.#toldOf.add(kind);
    this.#log.warn(line);
  }
}

/**
 * What makes a failure another one than the last. A server's own words do not: request ids, times and hosts in them are
 * others at each attempt.
 */
function kindOf(failure: Error): string {
  if (failure instanceof OchnoError) return [failure.code, failure.reason, failure.statusCode].join();
  return failure instanceof StreamError ? failure.kind : failure.name;
}

/** A reason that may be a sentence, as a part of one. */
function clause(reason: string): string {
  return reason.replace(/\.$/, '');
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
