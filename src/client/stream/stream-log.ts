import { OchnoError } from '../../protocol/ochno-error';
import type { Logger } from '../logger';
import { StreamError } from '../mqtt/stream-error';
import { streamName } from './stream-status';

/** What it means that the policy permits no session. */
export const withoutSessions =
  "the account's policy permits no persistent session: the broker keeps nothing while there is no connection, so that each interruption, a deploy too, is a gap";

/** A stretch without a connection; `from` and `to` in ms since 1970. */
export interface ToldOutage {
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
  /** Whether events may be missing. */
  readonly isGap: boolean;
}

/** The lines a stream writes: one for each change of state, and none for a retry. */
export class StreamLog {
  readonly #log: Logger;
  readonly #stream: string;
  /** What has been told since there was a connection last, but for the words that a server chose. */
  readonly #toldOf = new Set<string>();
  readonly #isOneOfSeveral: boolean;
  #toldOfPrescribedId = false;

  /** `isOneOfSeveral`: it is said for all the company's connections, of which this is one. */
  constructor(log: Logger, company: string, isOneOfSeveral = false) {
    this.#log = log;
    this.#stream = streamName(company);
    this.#isOneOfSeveral = isOneOfSeveral;
  }

  connected(outage: ToldOutage | undefined): void {
    this.#toldOf.clear();
    if (outage === undefined) {
      this.#log.info(`${this.#stream} is connected`);
      return;
    }
    const seconds = Math.max(1, Math.round(outage.durationMs / 1000));
    if (outage.isGap) {
      this.#log.warn(
        `${this.#stream} is connected again after ${seconds} s; events from ${iso(outage.from)} to ${iso(outage.to)} may be missing`,
      );
      return;
    }
    this.#log.info(
      `${this.#stream} is connected again after ${seconds} s; what the broker kept at QoS 1 meanwhile comes now`,
    );
  }

  /** Connected, and yet events are lost: what the broker kept for a connection that is gone comes on no other. */
  missed(from: number, to: number): void {
    this.#log.warn(
      `${this.#stream} has lost a connection and what only that would have brought; events from ${iso(from)} to ${iso(to)} may be missing`,
    );
  }

  /** Without a time, so that several connections say the same; the gap tells it. */
  rateExceeded(): void {
    this.#log.warn(
      `AWS passes 100 messages a second on a connection, and ${this.#stream} brings more: some of its events will be missing, as OCHNO_GAP tells. Raise Connections in the account or listen to fewer ports`,
    );
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

  refused(reason: Error): void {
    this.#log.error(`${this.#stream} stays closed: ${clause(reason.message)}`, reason);
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

  /** A session that nobody will resume could not be ended yet. */
  notDiscarded(clientId: string, error: unknown): void {
    this.#log.debug(`the session of ${clientId} could not be discarded: ${String(error)}`);
  }

  idTaken(): void {
    this.#log.warn(
      `${this.#stream} keeps being closed while another connection of this Node-RED stays: another Node-RED uses the same client id. Going on under a new one. Was this Node-RED copied? Give each copy its own OCHNO_INSTANCE`,
    );
  }

  /** Likewise where there is no other id to go on under. Said once until a connection has lived to be renewed. */
  prescribedIdTaken(): void {
    if (this.#toldOfPrescribedId) return;
    this.#toldOfPrescribedId = true;
    this.#log.warn(
      `${this.#stream} keeps being closed soon after it was opened. The platform prescribes its client id, under which only one can be connected: is this account in a second account node or a second Node-RED? If not, ask whoever runs the network for a proxy or gateway that closes connections`,
    );
  }

  filtersRefused(filters: readonly string[]): void {
    this.#log.warn(
      `${this.#stream}: the broker closes the connection on ${filters.join(', ')}, as AWS IoT does if the account may not read it; left out, and tried again after ten minutes or more`,
    );
  }

  noSessions(): void {
    this.#log.warn(`${this.#stream}: ${withoutSessions}`);
  }

  sessionsAgain(): void {
    this.#log.info(
      `${this.#stream}: the account's policy permits persistent sessions again: the broker keeps what is published at QoS 1 while there is no connection`,
    );
  }

  connectionsAgain(): void {
    const more = this.#isOneOfSeveral ? 'more connections' : 'more than one connection';
    this.#log.info(`${this.#stream}: the account's policy permits ${more} again`);
  }

  oneConnection(): void {
    const permitted = this.#isOneOfSeveral ? 'no more connections than are open. Each' : 'one connection at a time. It';
    this.#log.warn(
      `${this.#stream}: the account's policy permits ${permitted} is renewed by closing it and opening it again; what is published at QoS 0 in that moment is lost, at QoS 1 the broker keeps it`,
    );
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
