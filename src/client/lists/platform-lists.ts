import { setImmediate as nextTurn } from 'node:timers/promises';
import { OchnoError } from '../../protocol/ochno-error';
import {
  type Listed,
  type ListedPort,
  type ListReader,
  type ListReading,
  readCompanies,
  readFloorPlans,
  readHubs,
  readLocations,
  readPorts,
} from '../../protocol/rest/listed-places';
import type { PortNaming } from '../../protocol/rest/metric-series';
import type { PortEvent } from '../../protocol/stream/port-event';
import type { RestRequest, RestResponse } from '../rest/rest-request';
import type { Surroundings } from '../surroundings';
import { AgedValue } from '../time/aged-value';
import {
  type CompanyItems,
  type CompanyLayout,
  type CompanyLists,
  CompanyPlaces,
  isMadeOf,
  portNaming,
  type ReadList,
  snapshotEvents,
} from './company-places';
import { type CompanyFollower, CompanyWatch } from './company-watch';

export interface ListAge {
  /** How old what is given may be; 0 reads it anew. */
  readonly maxAgeMs: number;
}

/** What an account's lists are to those who use the account. */
export type AccountLists = Omit<PlatformLists, 'resume' | 'close'>;

interface PlatformListsOptions extends Surroundings {
  readonly request: (request: RestRequest) => Promise<RestResponse>;
}

/** What is kept of one company. */
interface KeptCompany {
  readonly lists: { readonly [list in keyof CompanyItems]: AgedValue<ReadList<CompanyItems[list]>> };
  /** Made of the lists as they were then. */
  places: { readonly madeOf: CompanyLists; readonly value: CompanyPlaces } | undefined;
}

const timeoutMs = 30_000;
const namesAgeMs = 10 * 60_000;
/** More than this of the companies used longest ago is not kept. */
const mostKeptPorts = 100_000;
const mostKeptCompanies = 1_000;
const mostNamed = 3;

/** What the platform lists, for all who want to know: each list is read over REST once for all of them, and kept. */
export class PlatformLists {
  readonly #options: PlatformListsOptions;
  readonly #companies: AgedValue<ReadList<Listed>>;
  readonly #watch: CompanyWatch;
  /** The one used longest ago first. */
  readonly #kept = new Map<string, KeptCompany>();
  /** What was last said of each list that holds something that can't be used; `undefined` once it no longer does. */
  readonly #told = new Map<string, string | undefined>();

  constructor(options: PlatformListsOptions) {
    this.#options = options;
    this.#companies = this.#list('companies', undefined, readCompanies);
    this.#watch = new CompanyWatch(() => this.companies({ maxAgeMs: 0 }), options);
  }

  /**
   * The companies of the account, without those whose id no topic can hold.
   *
   * @throws OchnoError as `RestClient.request` does; `OCHNO_HTTP` if the answer is not a list
   */
  async companies({ maxAgeMs }: ListAge): Promise<readonly Listed[]> {
    return (await this.#companies.get(maxAgeMs)).items;
  }

  /**
   * All that is in a company. Floor plans that the account may not read are none.
   *
   * @throws OchnoError as `companies` does
   */
  async places(company: string, age: ListAge): Promise<CompanyPlaces> {
    const kept = this.#company(company);
    await Promise.all([this.layout(company, age), kept.lists.ports.get(age.maxAgeMs)]);
    return this.#placesIn(company, kept);
  }

  /** What ports are in: short lists, which are there before those of the ports. Throws as `companies` does. */
  async layout(company: string, { maxAgeMs }: ListAge): Promise<CompanyLayout> {
    const { lists } = this.#company(company);
    const [locations, floorPlans, hubs] = await Promise.all([
      lists.locations.get(maxAgeMs),
      lists.floorPlans.get(maxAgeMs),
      lists.hubs.get(maxAgeMs),
    ]);
    return { locations: locations.items, floorPlans: floorPlans.items, hubs: hubs.items };
  }

  /** The ports of a company that can be addressed, with their state. Throws as `companies` does. */
  async ports(company: string, { maxAgeMs }: ListAge): Promise<readonly ListedPort[]> {
    const kept = this.#company(company);
    const { items } = await kept.lists.ports.get(maxAgeMs);
    // Without the hubs a port that does not say where it is is left out; one that says so can be used without them.
    if (items.some(({ location }) => location === '')) await kept.lists.hubs.get(maxAgeMs).catch(() => undefined);
    return this.#placesIn(company, kept).ports;
  }

  /** The present state of all ports of a company, read now, each in the shape of the port's event. Throws as `companies` does. */
  async snapshot(company: string): Promise<Iterable<PortEvent>> {
    const ports = await this.ports(company, { maxAgeMs: 0 });
    return snapshotEvents(company, ports, this.#options.clock.now());
  }

  /** The companies as they were read last; `undefined` where they never were. Asks nothing. */
  knownCompanies(): readonly Listed[] | undefined {
    return this.#companies.kept?.items;
  }

  /** What was read last of a company, list by list. Asks nothing. */
  known(company: string): CompanyPlaces {
    return this.#kept.has(company) ? this.#placesIn(company, this.#company(company)) : new CompanyPlaces(company, {});
  }

  /** How the ports of these companies are named, or of all; read at most ten minutes ago. Those not to be had have no name. */
  async portNames(companies: readonly string[]): Promise<PortNaming> {
    const age = { maxAgeMs: namesAgeMs };
    const ids = companies.length > 0 ? companies : (await this.companies(age).catch(() => [])).map(({ id }) => id);
    const ports = await Promise.all(ids.map((company) => this.ports(company, age).catch(() => [])));
    return portNaming(ports.flat());
  }

  /**
   * Tells which companies there are, and again whenever these change, at most ten minutes later, until the function
   * returned is called.
   */
  followCompanies(follower: CompanyFollower): () => void {
    return this.#watch.follow(follower);
  }

  /** The account has had a good answer: what was given up because of a refused log-in is asked again. */
  resume(): void {
    this.#watch.resume();
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.#watch.close();
  }

  #company(company: string): KeptCompany {
    const kept = this.#kept.get(company) ?? { lists: this.#listsOf(company), places: undefined };
    // At the end of the map: used last.
    this.#kept.delete(company);
    this.#kept.set(company, kept);
    return kept;
  }

  #listsOf(company: string): KeptCompany['lists'] {
    return {
      locations: this.#list('locations', company, (rows) => readLocations(rows, company)),
      // Ports can be found without their floor plans, which an account may not be allowed to read.
      floorPlans: this.#list('floorPlans', company, (rows) => readFloorPlans(rows, company), noneIfRefused),
      hubs: this.#list('hubs', company, (rows) => readHubs(rows, company)),
      ports: this.#list('ports', company, (rows) => readPorts(rows, company, this.#options.clock.now())),
    };
  }

  #list<Item>(
    resource: string,
    company: string | undefined,
    read: (rows: readonly unknown[]) => ListReader<Item>,
    otherwise?: (error: unknown) => readonly unknown[],
  ): AgedValue<ReadList<Item>> {
    const path = `/api/${resource}`;
    const query = company === undefined ? {} : { companyIds: [company] };
    const name = company === undefined ? 'the list of companies' : `${resource} of company ${company}`;
    const { request, clock } = this.#options;
    const readAnew = async (): Promise<ReadList<Item>> => {
      const readAt = clock.now();
      let isPart = false;
      const asked = request({ method: 'GET', path, query, all: true, allowPart: true, timeoutMs, queue: 'state' });
      const rows = asked.then((response) => {
        const { missing } = response;
        isPart = missing !== undefined;
        this.#say(
          `${name}, whole or not`,
          missing && `${name}: the platform gave only ${missing}, and no link to the rest`,
        );
        return rowsOf(response);
      });
      const found = await (otherwise ? rows.catch(otherwise) : rows);
      const { items, unusable } = await inTurns(read(found));
      this.#tell(name, unusable);
      return { items, readAt, isPart };
    };
    return new AgedValue(readAnew, clock);
  }

  /** `kept` may have been forgotten while its lists were read. */
  #placesIn(company: string, kept: KeptCompany): CompanyPlaces {
    const { locations, floorPlans, hubs, ports } = kept.lists;
    const madeOf: CompanyLists = {
      locations: locations.kept,
      floorPlans: floorPlans.kept,
      hubs: hubs.kept,
      ports: ports.kept,
    };
    if (kept.places !== undefined && isMadeOf(kept.places.madeOf, madeOf)) return kept.places.value;
    const value = new CompanyPlaces(company, madeOf);
    kept.places = { madeOf, value };
    this.#tell(`places of the ports of company ${company}`, value.unplaced);
    this.#forgetOldest();
    return value;
  }

  #forgetOldest(): void {
    let ports = 0;
    for (const { lists } of this.#kept.values()) ports += lists.ports.kept?.items.length ?? 0;
    for (const [company, { lists }] of this.#kept) {
      if (this.#kept.size === 1 || (ports <= mostKeptPorts && this.#kept.size <= mostKeptCompanies)) return;
      const freed = lists.ports.kept?.items.length ?? 0;
      // One that is being read frees nothing, and would be read once more.
      if (freed === 0 && this.#kept.size <= mostKeptCompanies) continue;
      ports -= freed;
      this.#kept.delete(company);
    }
  }

  #tell(list: string, unusable: readonly string[]): void {
    const named = unusable.slice(0, mostNamed).join('; ');
    const more = unusable.length > mostNamed ? `; and ${unusable.length - mostNamed} more` : '';
    const count = unusable.length;
    this.#say(list, count === 0 ? undefined : `${list}: ${count} left out, since they can't be used: ${named}${more}`);
  }

  /** Says a thing once, and again only if it is something else. */
  #say(subject: string, said: string | undefined): void {
    if (this.#told.get(subject) === said) return;
    this.#told.set(subject, said);
    if (said !== undefined) this.#options.log.warn(said);
  }
}

/** The rows of a list; an answer without a body is an empty one. */
function rowsOf({ body, path, statusCode }: RestResponse): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (statusCode === 204 || body === '') return [];
  throw new OchnoError('OCHNO_HTTP', `The platform's answer to GET ${path} is not a list; check the server.`, {
    statusCode,
  });
}

/** The flows have their turn before each share of a long list: ten thousand have taken their time to be parsed already. */
async function inTurns<Item>(reader: ListReader<Item>): Promise<ListReading<Item>> {
  for (;;) {
    const { done, value } = reader.next();
    if (done) return value;
    await nextTurn();
  }
}

function noneIfRefused(error: unknown): readonly unknown[] {
  if (error instanceof OchnoError && error.code === 'OCHNO_HTTP') return [];
  throw error;
}
