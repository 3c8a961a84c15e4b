import { createHash } from 'node:crypto';
import type { CheckedAccountOptions } from './account-options';
import type { PlatformLists } from './lists/platform-lists';
import type { Logger } from './logger';
import { HttpExchange } from './rest/http-exchange';
import { IotCredentials } from './rest/iot-credentials';
import { Session } from './rest/log-in';
import { RestClient, type RestRequest, type RestResponse } from './rest/rest-client';
import { PortStream } from './stream/port-stream';
import type { SessionMemory } from './stream/stream-memory';
import type { Clock } from './time/clock';

export interface AccountLifeParts {
  readonly options: CheckedAccountOptions;
  readonly instanceId: string;
  readonly lists: PlatformLists;
  readonly memory: SessionMemory;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onStatus: () => void;
  readonly onGap: (company: string) => void;
}

/** An account from its first use to its last: one log-in, one REST client, and a stream for each company in use. */
export class AccountLife {
  readonly #parts: AccountLifeParts;
  readonly #http: HttpExchange;
  readonly #session: Session;
  readonly #rest: RestClient;
  readonly #credentials = new Map<string, IotCredentials>();
  readonly #streams = new Map<string, PortStream>();
  readonly #closing = new Set<Promise<void>>();
  #hasAnswered = false;
  #toldOfRefusal = false;

  constructor(parts: AccountLifeParts) {
    const { options, clock, random, log } = parts;
    this.#parts = parts;
    this.#http = new HttpExchange(options.server, options.network);
    this.#session = new Session({ http: this.#http, email: options.email, password: options.password, clock, random });
    this.#rest = new RestClient({ http: this.#http, session: this.#session, clock, random, logger: log });
    this.#session.onRefused((error) => {
      log.debug(error.message);
      this.#toldOfRefusal = true;
      parts.onStatus();
    });
    this.#rest.onAnswer(() => this.#answered());
  }

  get isRefused(): boolean {
    return this.#session.refusal !== undefined;
  }

  /** Whether the platform has given a good answer yet. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  get streams(): ReadonlyMap<string, PortStream> {
    return this.#streams;
  }

  request(request: RestRequest): Promise<RestResponse> {
    return this.#rest.request(request);
  }

  logIn(): Promise<string> {
    return this.#session.token();
  }

  /** The company's stream; the first call opens it. */
  stream(company: string): PortStream {
    const known = this.#streams.get(company);
    if (known !== undefined) return known;
    const stream = this.#newStream(company);
    this.#streams.set(company, stream);
    stream.start();
    return stream;
  }

  /** The company's stream credentials, fetched once for all who ask. */
  credentials(company: string): IotCredentials {
    const { options, clock, random } = this.#parts;
    const known = this.#credentials.get(company);
    const credentials =
      known ?? new IotCredentials({ company, serverHost: options.server.hostname, rest: this.#rest, clock, random });
    this.#credentials.set(company, credentials);
    return credentials;
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
    this.#rest.close();
    await Promise.all([...this.#closing, this.#session.logOut()]);
    this.#http.close();
  }

  #newStream(company: string): PortStream {
    const { options, lists, memory, clock, random, log, onStatus, onGap } = this.#parts;
    return new PortStream({
      company,
      streamId: this.#streamId(company),
      credentials: this.credentials(company),
      network: options.network,
      keepaliveSeconds: options.keepaliveSeconds,
      memory,
      readSnapshot: () => lists.snapshot(company),
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
