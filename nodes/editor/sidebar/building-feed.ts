import {
  type AccountSummary,
  type CompanyKey,
  type CompanyLine,
  type Failure,
  type Look,
  lookEveryMs,
  lookTopic,
  type StreamHealth,
  type Told,
  toldTopic,
} from '../../sidebar-messages';
import type { Building, ReadCompany } from './building/building';
import type { CompanyReading } from './building/company-reading';
import { companyKey, type Port } from './building/port';

/** How the editor reaches Node-RED. */
export interface FeedLink {
  send(topic: string, look: Look): void;
  subscribe(topic: string, listener: (told: unknown) => void): void;
  /** The connection is there again after it was lost. */
  onReconnect(listener: () => void): void;
  /**
   * Each `CompanyLine` as it comes, as it is.
   *
   * @throws RequestFailed
   */
  getCompany(key: CompanyKey): AsyncIterable<string>;
  /** Lets the editor draw and answer to its user. */
  giveWay(): Promise<void>;
  failureOf(error: unknown): Failure;
  now(): number;
  /** Calls again and again; the function returned ends it. */
  every(intervalMs: number, action: () => void): () => void;
}

export interface FeedListener {
  /** Accounts, companies or the state of reading changed: rows may have come or gone. */
  onStructure(): void;
  /** Single ports say something else. */
  onPorts(ports: readonly Port[]): void;
  onHealth(streams: readonly StreamHealth[]): void;
}

/** Whether the runtime answers. */
export type FeedState = 'asking' | 'waiting for a deploy' | 'answering' | 'silent' | 'not permitted';

/** So long without a word after the first look and nobody answers. */
const patienceMs = 5_000;

/** Fetches and keeps up to date what is known of the building while the tab is seen, and asks for nothing otherwise. */
export class BuildingFeed {
  readonly #building: Building;
  readonly #link: FeedLink;
  readonly #listener: FeedListener;
  readonly #wanted = new Map<string, CompanyKey>();
  /** By company, whether it is to be read once more after that: its answer may be older than what asked for that. */
  readonly #reading = new Map<string, { isOutdated: boolean }>();
  #isVisible = false;
  #state: FeedState = 'asking';
  #askedAt = 0;
  #endRenewing: (() => void) | undefined;

  constructor(building: Building, link: FeedLink, listener: FeedListener) {
    this.#building = building;
    this.#link = link;
    this.#listener = listener;
    link.subscribe(toldTopic, (told) => this.#take(told as Told));
    link.onReconnect(() => {
      if (!this.#isVisible) return;
      this.#look();
      this.refresh();
    });
  }

  get state(): FeedState {
    return this.#state;
  }

  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#endRenewing?.();
    this.#endRenewing = undefined;
    if (!isVisible) {
      this.#send(false);
      return;
    }
    this.#askedAt = this.#link.now();
    this.#look();
    this.#endRenewing = this.#link.every(lookEveryMs / 10, () => this.#tick());
    // What happened while nobody looked was not told.
    this.refresh();
  }

  /** Has the company read and followed from now on. */
  want(key: CompanyKey): void {
    if (this.#wanted.has(companyKey(key))) return;
    this.#wanted.set(companyKey(key), key);
    if (!this.#isVisible) return;
    this.#look();
    void this.#read(key);
  }

  wants(key: CompanyKey): boolean {
    return this.#wanted.has(companyKey(key));
  }

  /** Reads all that is wanted anew. */
  refresh(): void {
    for (const key of this.#wanted.values()) void this.#read(key);
  }

  #ticks = 0;

  #tick(): void {
    this.#ticks += 1;
    if (this.#ticks % 10 === 0) this.#look();
    if (this.#state !== 'asking' || this.#link.now() - this.#askedAt < patienceMs) return;
    this.#setState('silent');
  }

  #look(): void {
    this.#send(true);
  }

  #send(looking: boolean): void {
    this.#link.send(lookTopic, { looking, companies: [...this.#wanted.values()] });
  }

  #take(told: Told): void {
    if (!this.#isVisible) return;
    if (told.kind === 'not permitted') this.#setState('not permitted');
    else if (told.kind === 'deploy under way') this.#setState('waiting for a deploy');
    else {
      this.#state = 'answering';
      if (told.kind === 'accounts') this.#takeAccounts(told.accounts, told.now);
      else if (told.kind === 'stale') void this.#read(told);
      else if (told.kind === 'health') this.#listener.onHealth(told.streams);
      else this.#listener.onPorts(told.frames.flatMap((frame) => this.#building.apply(frame)));
    }
  }

  #takeAccounts(accounts: readonly AccountSummary[], now: number): void {
    this.#building.setAccounts(accounts, now, this.#link.now());
    const ids = new Set(accounts.map(({ id }) => id));
    for (const [name, { account }] of this.#wanted) if (!ids.has(account)) this.#wanted.delete(name);
    this.#listener.onStructure();
  }

  async #read({ account, company }: CompanyKey): Promise<void> {
    const key = { account, company };
    const name = companyKey(key);
    const before = this.#reading.get(name);
    if (before !== undefined) {
      before.isOutdated = true;
      return;
    }
    const reading = { isOutdated: false };
    this.#reading.set(name, reading);
    this.#building.startReading(key);
    this.#listener.onStructure();
    const answer = await this.#readCompany(key).catch(
      (error: unknown): ReadCompany => ({ state: 'failed', failure: this.#link.failureOf(error) }),
    );
    this.#reading.delete(name);
    this.#building.setCompany(key, answer, this.#link.now());
    await this.#link.giveWay();
    this.#listener.onStructure();
    if (reading.isOutdated && this.#isVisible) void this.#read(key);
  }

  async #readCompany(key: CompanyKey): Promise<ReadCompany> {
    let reading: CompanyReading | undefined;
    let asOf: (CompanyLine & { readonly line: 'as of' }) | undefined;
    for await (const text of this.#link.getCompany(key)) {
      const line = JSON.parse(text) as CompanyLine;
      if (line.line === 'failed') return { state: 'failed', failure: line.failure };
      if (line.line === 'layout') {
        reading = this.#building.reading(key, line.layout);
        this.#listener.onStructure();
      } else if (line.line === 'as of') asOf = line;
      else reading?.add(line.ports);
      await this.#link.giveWay();
    }
    if (reading === undefined || reading.ports.length !== asOf?.count) throw new Error('The answer was cut short');
    return { state: 'ok', now: asOf.now, frame: asOf.frame, reading };
  }

  #setState(state: FeedState): void {
    this.#state = state;
    this.#listener.onStructure();
  }
}
