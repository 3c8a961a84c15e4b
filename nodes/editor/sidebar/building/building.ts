import { mergePortState } from '../../../../src/protocol/stream/port-state';
import type {
  AccountSummary,
  CompanyAnswer,
  CompanyContent,
  CompanyKey,
  Failure,
  Frame,
  Named,
  PortChange,
  PortEntry,
  PortKey,
} from '../../../sidebar-messages';
import { type PortKind, portKind } from './port-kind';
import { deviceName } from './port-line';
import { changedPaths } from './port-values';

/**
 * A port as the tree shows it. What is said of it changes in place, and what it takes to show or find it is worked out
 * when that is first asked for: there may be ten thousand of them.
 */
export class Port {
  readonly key: string;
  readonly address: PortKey;
  /** As typed by people, else its id. */
  readonly name: string;
  /** By the clock of Node-RED's computer; 0 for never. */
  heardAt: number;
  /** When single values came, by their path; of those that came before anybody looked nothing is known. */
  readonly heardAtByPath: Map<string, number>;
  readonly #above: readonly string[];
  #state: unknown;
  #kind: PortKind | undefined;
  #haystack: string | undefined;

  /** @param above names and ids of what it is in */
  constructor(address: PortKey, { name, state, heardAt }: PortEntry, above: readonly string[], before?: Port) {
    this.key = portKey(address);
    this.address = address;
    this.name = name || address.port;
    this.heardAt = heardAt;
    this.heardAtByPath = before?.heardAtByPath ?? new Map();
    this.#above = above;
    this.#state = state;
  }

  /** In the shape of its events. */
  get state(): unknown {
    return this.#state;
  }

  get kind(): PortKind {
    this.#kind ??= portKind(this.#state);
    return this.#kind;
  }

  /** Names and ids of it and of all it is in, for a search; lower case. */
  get haystack(): string {
    this.#haystack ??= [this.name, this.address.port, deviceName(this.#state), ...this.#above]
      .join('\n')
      .toLocaleLowerCase();
    return this.#haystack;
  }

  takeIn({ at, data }: PortChange): void {
    this.#state = mergePortState(this.#state, data);
    this.#kind = undefined;
    this.#haystack = undefined;
    this.heardAt = Math.max(this.heardAt, at);
    for (const path of changedPaths(data)) this.heardAtByPath.set(path, at);
  }
}

export interface Hub extends Named {
  readonly floorPlan: string;
  readonly location: string;
  readonly ports: readonly Port[];
}

export interface FloorPlan extends Named {
  readonly hubs: readonly Hub[];
}

export interface Location extends Named {
  readonly floorPlans: readonly FloorPlan[];
  /** Those on no floor plan that is known. */
  readonly hubs: readonly Hub[];
}

export type CompanyState =
  | { readonly state: 'closed' }
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'ok'; readonly locations: readonly Location[]; readonly ports: readonly Port[] };

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

  /** How many companies were not read yet. */
  get unread(): number {
    const listed = this.#accounts.flatMap(({ id, companies }) =>
      companies.state === 'ok' ? companies.list.map((company) => ({ account: id, company: company.id })) : [],
    );
    return listed.filter((key) => this.company(key).state !== 'ok').length;
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

  setCompany(key: CompanyKey, answer: CompanyAnswer, localNow: number): void {
    const name = companyKey(key);
    const early = this.#early.get(name) ?? [];
    this.#early.delete(name);
    if (answer.state === 'failed') {
      if (this.company(key).state !== 'ok') this.#companies.set(name, { state: 'failed', failure: answer.failure });
      return;
    }
    this.#clockOffsetMs = answer.now - localNow;
    const known = this.#forget(name);
    const built = buildCompany(key, this.#companyName(key), answer.content, known);
    this.#companies.set(name, { state: 'ok', ...built });
    for (const port of built.ports) this.#ports.set(port.key, port);
    this.#frames.set(name, answer.frame);
    for (const frame of early) this.apply(frame);
  }

  /** Takes in what changed; the ports it changed. */
  apply(frame: Frame): readonly Port[] {
    const name = companyKey(frame);
    const early = this.#early.get(name);
    if (early !== undefined && early.length < mostEarlyFrames) early.push(frame);
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

  /** What was known of its ports, whose ages outlive a new reading of the lists. */
  #forget(name: string): ReadonlyMap<string, Port> {
    const before = this.#companies.get(name);
    this.#companies.delete(name);
    const ports = before?.state === 'ok' ? before.ports : [];
    for (const { key } of ports) this.#ports.delete(key);
    return new Map(ports.map((port) => [port.key, port]));
  }
}

export function companyKey({ account, company }: CompanyKey): string {
  return `${account}/${company}`;
}

/** Ids hold no `/`. A port's own id may be one of several in a building; with its hub's it is not. */
export function portKey({ account, company, location, hub, port }: PortKey): string {
  return `${account}/${company}/${location}/${hub}/${port}`;
}

function buildCompany(
  key: CompanyKey,
  companyName: string,
  content: CompanyContent,
  known: ReadonlyMap<string, Port>,
): { readonly locations: readonly Location[]; readonly ports: readonly Port[] } {
  const hubNames = new Map(content.hubs.map((hub) => [hub.id, hub]));
  const planNames = new Map(content.floorPlans.map((plan) => [plan.id, plan.name]));
  const locationNames = new Map(content.locations.map(({ id, name }) => [id, name]));
  const aboveOfHub = new Map<string, readonly string[]>();
  const ports = content.ports.map((entry) => {
    const hub = hubNames.get(entry.hub);
    const location = entry.location || hub?.location || '';
    const address = { ...key, location, hub: entry.hub, port: entry.id };
    const floorPlan = entry.floorPlan || hub?.floorPlan || '';
    const place = `${location}/${floorPlan}/${entry.hub}`;
    const plan = planNames.get(floorPlan) ?? '';
    const above = aboveOfHub.get(place) ?? [
      companyName,
      locationNames.get(location) ?? '',
      location,
      plan,
      hub?.name ?? '',
      entry.hub,
    ];
    aboveOfHub.set(place, above);
    return new Port(address, entry, above, known.get(portKey(address)));
  });
  const portsOfHub = grouped(ports, ({ address }) => address.hub);
  const hubs: Hub[] = content.hubs.map((hub) => ({ ...hub, ports: portsOfHub.get(hub.id) ?? [] }));
  const listed = new Set(content.hubs.map(({ id }) => id));
  for (const [id, orphans] of portsOfHub) {
    const location = orphans[0]?.address.location ?? '';
    if (!listed.has(id)) hubs.push({ id, name: '', location, floorPlan: '', ports: orphans });
  }
  return { locations: buildLocations(content, hubs), ports };
}

function buildLocations(content: CompanyContent, hubs: readonly Hub[]): readonly Location[] {
  const hubsOfLocation = grouped(hubs, (hub) => hub.location);
  const listed: Named[] = [...content.locations];
  const ids = new Set(listed.map(({ id }) => id));
  for (const id of hubsOfLocation.keys()) if (!ids.has(id)) listed.push({ id, name: '' });
  const plansOfLocation = grouped(content.floorPlans, (plan) => plan.location);
  return listed.map(({ id, name }) => {
    const own = hubsOfLocation.get(id) ?? [];
    const plans = plansOfLocation.get(id) ?? [];
    const hubsOfPlan = grouped(own, (hub) => hub.floorPlan);
    const planIds = new Set(plans.map((plan) => plan.id));
    return {
      id,
      name,
      floorPlans: plans.map((plan) => ({ id: plan.id, name: plan.name, hubs: hubsOfPlan.get(plan.id) ?? [] })),
      hubs: own.filter((hub) => !planIds.has(hub.floorPlan)),
    };
  });
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
