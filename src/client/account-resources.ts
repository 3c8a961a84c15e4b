import { createHash } from 'node:crypto';
import { OchnoError } from '../protocol/ochno-error';
import { listedPlaces } from '../protocol/topics/hub-loads';
import type { CheckedAccountOptions } from './account-options';
import { type CompanyStream, companyStream } from './lanes/company-stream';
import type { PlatformLists } from './lists/platform-lists';
import { PlatformApi, type SharedLogIns } from './rest/platform-api';
import type { SessionMemory } from './stream/port-stream';
import type { Surroundings } from './surroundings';

export interface AccountResourcesParts extends Surroundings {
  readonly options: CheckedAccountOptions;
  readonly instanceId: string;
  readonly lists: PlatformLists;
  readonly logIns: SharedLogIns;
  readonly memory: SessionMemory;
  readonly onStatus: () => void;
  readonly onGap: (company: string) => void;
}

/** A list that somebody has read just now need not be read again for spreading a stream over connections. */
const hubsMaxAgeMs = 60_000;

/** An account from its first use to its last: one log-in, one REST client, and a stream for each company in use. */
export class AccountResources {
  readonly api: PlatformApi;
  readonly #parts: AccountResourcesParts;
  readonly #streams = new Map<string, CompanyStream>();
  readonly #closing = new Set<Promise<void>>();
  #hasAnswered = false;
  #toldOfRefusal = false;

  constructor(parts: AccountResourcesParts) {
    const { options, lists, logIns, clock, random, log } = parts;
    const { server, email, password, network, company } = options;
    this.#parts = parts;
    this.api = new PlatformApi({
      ...{ server, email, password, network, logIns, clock, random, log },
      portNames: (companies) => lists.portNames(companies.length === 0 && company ? [company] : companies),
      onAnswer: () => this.#answered(),
      onRefused: () => {
        this.#toldOfRefusal = true;
        parts.onStatus();
      },
    });
  }

  /** Whether the platform has given a good answer yet. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  get streams(): ReadonlyMap<string, CompanyStream> {
    return this.#streams;
  }

  /** The company's stream; the first call opens it. */
  stream(company: string): CompanyStream {
    const known = this.#streams.get(company);
    if (known !== undefined) return known;
    const stream = this.#newStream(company);
    this.#streams.set(company, stream);
    stream.start();
    return stream;
  }

  closeStream(company: string, keepSession: boolean): void {
    const stream = this.#streams.get(company);
    if (stream === undefined) return;
    this.#streams.delete(company);
    const closing = stream.close(keepSession).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Closes the streams and logs out, within a second. */
  async close(keepSessions: boolean): Promise<void> {
    for (const company of this.#streams.keys()) this.closeStream(company, keepSessions);
    await Promise.all([...this.#closing, this.api.close()]);
  }

  #newStream(company: string): CompanyStream {
    const { options, lists, memory, clock, random, log, onStatus, onGap } = this.#parts;
    return companyStream({
      connections: options.connections,
      company,
      streamId: this.#streamId(company),
      credentials: this.api.credentials(company),
      network: options.network,
      keepaliveSeconds: options.keepaliveSeconds,
      memory,
      readSnapshot: () => lists.snapshot(company),
      readHubs: async () => {
        const places = await lists.places(company, { maxAgeMs: hubsMaxAgeMs });
        // Of a wildcard that is read as the hubs of a part the others would not be heard.
        if (places.isPart) throw new OchnoError('OCHNO_HTTP', 'The platform gave only a part of them.');
        return listedPlaces(places);
      },
      clock,
      random,
      log,
      onStatus,
      onGap: () => onGap(company),
    });
  }

  /** Stable from start to start, different for every installation, and no secret: it is seen by the broker. */
  #streamId(company: string): string {
    const { instanceId, options } = this.#parts;
    const parts = [instanceId, options.server.href, options.email, company];
    return `ochno-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;
  }

  #answered(): void {
    // A good answer after a refused log-in: what was given up because of it is worth another try.
    for (const stream of this.#streams.values()) stream.start();
    this.#parts.lists.resume();
    if (this.#hasAnswered && !this.#toldOfRefusal) return;
    this.#hasAnswered = true;
    this.#toldOfRefusal = false;
    this.#parts.onStatus();
  }
}
