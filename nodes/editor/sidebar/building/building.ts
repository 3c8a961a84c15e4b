import type { AccountSummary, CompanyKey, CompanyLayout, Failure, Frame } from '../../../sidebar-messages';
import { CompanyReading, type Location } from './company-reading';
import { companyKey, type Port, portKey } from './port';

export type CompanyState =
  | { readonly state: 'closed' }
  /** What its ports are in is known before they are. */
  | { readonly state: 'loading'; readonly locations?: readonly Location[] }
  | { readonly state: 'failed'; readonly failure: Failure }
  /** `outdated`: why it could not be read again. */
  | {
      readonly state: 'ok';
      readonly locations: readonly Location[];
      readonly ports: readonly Port[];
      readonly outdated?: Failure;
    };

/** A company whose lists were read. */
export type ReadCompany =
  | { readonly state: 'ok'; readonly now: number; readonly frame: number; readonly reading: CompanyReading }
  | { readonly state: 'failed'; readonly failure: Failure };

/** Frames that came while the lists were being read; more than these are some seconds. */
const mostEarlyFrames = 60;

/** All that is known of the building, by account and company. */
export class Building {
  #accounts: readonly AccountSummary[] = [];
  readonly #companies = new Map<string, CompanyState>();
  readonly #ports = new Map<string, Port>();
  readonly #frames = new Map<string, number>();
  readonly #early = new Map<string, Frame[]>();
  /** Of Node-RED's computer, ahead of this one's. */
  #clockOffsetMs = 0;

  get accounts(): readonly AccountSummary[] {
    return this.#accounts;
  }

  /** By the clock of Node-RED's computer. */
  now(localNow: number): number {
    return localNow + this.#clockOffsetMs;
  }

  setAccounts(accounts: readonly AccountSummary[], now: number, localNow: number): void {
    const before = new Map(this.#accounts.map((account) => [account.id, account.companies]));
    this.#accounts = accounts.map((account) => {
      const known = before.get(account.id);
      // A deploy has them read again: what was known stays until then, so that nothing jumps.
      return account.companies.state === 'loading' && known?.state === 'ok'
        ? { ...account, companies: known }
        : account;
    });
    this.#clockOffsetMs = now - localNow;
    const ids = new Set(accounts.map(({ id }) => id));
    for (const key of [...this.#companies.keys()]) if (!ids.has(key.split('/', 1)[0] ?? '')) this.#forget(key);
  }

  company(key: CompanyKey): CompanyState {
    return this.#companies.get(companyKey(key)) ?? { state: 'closed' };
  }

  /** How many companies can't be searched, since nobody has opened them. */
  get unopened(): number {
    return this.#listed.filter(({ state }) => state === 'closed').length;
  }

  /** How many can't be searched since their lists could not be read. */
  get unreadable(): number {
    return this.#listed.filter(({ state }) => state === 'failed').length;
  }

  /** Which companies could not be read again, and so are shown as they were, and why. */
  get outdated(): readonly { readonly name: string; readonly failure: Failure }[] {
    return this.#listed.flatMap((company) =>
      company.state === 'ok' && company.outdated ? [{ name: company.name, failure: company.outdated }] : [],
    );
  }

  /** Whether a company is being read for the first time. */
  get isReading(): boolean {
    return this.#listed.some(({ state }) => state === 'loading');
  }

  get #listed(): readonly (CompanyState & { readonly name: string })[] {
    return this.#accounts.flatMap(({ id: account, companies }) =>
      companies.state === 'ok'
        ? companies.list.map(({ id, name }) => ({ ...this.company({ account, company: id }), name: name || id }))
        : [],
    );
  }

  port(key: string): Port | undefined {
    return this.#ports.get(key);
  }

  /** Every port of every company that was read. */
  ports(): Iterable<Port> {
    return this.#ports.values();
  }

  /** The lists of a company are being read: frames that come meanwhile are kept for them. */
  startReading(key: CompanyKey): void {
    const name = companyKey(key);
    this.#early.set(name, []);
    // What is shown stays until the answer is there.
    if (this.company(key).state !== 'ok') this.#companies.set(name, { state: 'loading' });
  }

  /** What its ports are in is known: to be given the ports, and then to `setCompany`. */
  reading(key: CompanyKey, layout: CompanyLayout): CompanyReading {
    const reading = new CompanyReading(key, this.#companyName(key), layout, (port) => this.#ports.get(port));
    const name = companyKey(key);
    if (this.company(key).state !== 'ok') {
      this.#companies.set(name, { state: 'loading', locations: reading.locations() });
    }
    return reading;
  }

  setCompany(key: CompanyKey, answer: ReadCompany, localNow: number): void {
    const name = companyKey(key);
    const early = this.#early.get(name) ?? [];
    this.#early.delete(name);
    if (answer.state === 'failed') {
      const { failure } = answer;
      const before = this.company(key);
      this.#companies.set(
        name,
        before.state === 'ok' ? { ...before, outdated: failure } : { state: 'failed', failure },
      );
      return;
    }
    this.#clockOffsetMs = answer.now - localNow;
    this.#forget(name);
    const { ports } = answer.reading;
    this.#companies.set(name, { state: 'ok', locations: answer.reading.locations(), ports });
    for (const port of ports) this.#ports.set(port.key, port);
    this.#frames.set(name, answer.frame);
    for (const frame of early) this.apply(frame);
  }

  /** Takes in what changed; the ports it changed. */
  apply(frame: Frame): readonly Port[] {
    const name = companyKey(frame);
    const early = this.#early.get(name);
    // An answer holds what the first of them tell.
    if (early !== undefined && early.push(frame) > mostEarlyFrames) early.shift();
    if (this.company(frame).state !== 'ok' || frame.frame <= (this.#frames.get(name) ?? 0)) return [];
    this.#frames.set(name, frame.frame);
    const changed: Port[] = [];
    for (const change of frame.changes) {
      const port = this.#ports.get(portKey({ ...frame, ...change }));
      if (port === undefined) continue;
      port.takeIn(change);
      changed.push(port);
    }
    return changed;
  }

  #companyName({ account, company }: CompanyKey): string {
    const companies = this.#accounts.find(({ id }) => id === account)?.companies;
    const found = companies?.state === 'ok' ? companies.list.find(({ id }) => id === company) : undefined;
    return found?.name ?? '';
  }

  #forget(name: string): void {
    const before = this.#companies.get(name);
    this.#companies.delete(name);
    for (const { key } of before?.state === 'ok' ? before.ports : []) this.#ports.delete(key);
  }
}
