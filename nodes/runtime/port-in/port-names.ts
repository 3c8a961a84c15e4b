import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { PortEvent } from '../../../src/protocol/stream/port-event';
import type { Account } from '../account/shared-account';

/** What a port, all it is in, and what is plugged in are called; what is not known is left out. */
export interface PortNames {
  readonly company?: string;
  readonly location?: string;
  readonly hub?: string;
  readonly port?: string;
  readonly device?: string;
}

type Lists = Pick<Account['lists'], 'companies' | 'places' | 'known' | 'knownCompanies'>;

/** A renamed room is called by its new name after so long. */
const readAgainMs = 10 * 60_000;
/** After a reading that failed. */
const tryAgainMs = 60_000;

/** The names that an account's lists give. They are read beside the events, which never wait for them. */
export class NameBook {
  readonly #lists: Lists;
  readonly #nowMs: () => number;
  /** By company, when its lists are to be read again. */
  readonly #dueMs = new Map<string, number>();

  /** @param nowMs ms of a clock that never jumps */
  constructor(lists: Lists, nowMs: () => number) {
    this.#lists = lists;
    this.#nowMs = nowMs;
  }

  namesOf({ address, data }: Pick<PortEvent, 'address' | 'data'>): PortNames {
    const { company, location, hub } = address;
    this.keepRead(company);
    const places = this.#lists.known(company);
    const port = places.port(address);
    const names = {
      company: this.#lists.knownCompanies()?.find(({ id }) => id === company)?.name,
      location: places.location(location)?.name,
      hub: places.hub({ location, hub })?.name,
      port: port?.name,
      device: deviceIn(data) ?? port?.device,
    };
    return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined && name !== ''));
  }

  /** Reads a company's lists if it is time for that; their names are there for the events that come after. */
  keepRead(company: string): void {
    const nowMs = this.#nowMs();
    if (nowMs < (this.#dueMs.get(company) ?? 0)) return;
    this.#dueMs.set(company, nowMs + readAgainMs);
    const age = { maxAgeMs: readAgainMs };
    Promise.all([this.#lists.places(company, age), this.#lists.companies(age)]).catch(() => {
      // The account says in its status and the log what is wrong with it; here names are left out.
      this.#dueMs.set(company, this.#nowMs() + tryAgainMs);
    });
  }
}

/** What the event itself says of the device is newer than any list; empty if it says that there is none. */
function deviceIn(event: unknown): string | undefined {
  const data = isPlainObject(event) && isPlainObject(event.data) ? event.data : {};
  if (data.connected === false) return '';
  const { manufacturer, product } = isPlainObject(data.device) ? data.device : {};
  const named = [manufacturer, product]
    .filter((part) => typeof part === 'string')
    .join(' ')
    .trim();
  return named === '' ? undefined : named;
}
