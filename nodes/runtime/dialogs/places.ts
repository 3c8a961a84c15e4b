import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { findLamp, type LampFields } from '../../../src/protocol/lamp/lamp';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { Account } from '../account/account';

interface Named {
  readonly id: string;
  /** Any text. */
  readonly name: string;
}

/** A company and what is in it, as the pickers of the edit dialogs show it. */
export interface Places {
  /** ms since 1970. */
  readonly fetchedAt: number;
  readonly companies: readonly Named[];
  readonly locations: readonly (Named & { readonly company: string })[];
  readonly floorPlans: readonly (Named & { readonly location: string })[];
  readonly hubs: readonly (Named & { readonly location: string; readonly floorPlan: string })[];
  readonly ports: readonly PlacedPort[];
}

/** A port, where it is, and what it last said. */
export interface PlacedPort extends Named {
  readonly hub: string;
  readonly location: string;
  readonly floorPlan: string;
  /** Whether it was heard from in the last five minutes. */
  readonly online: boolean;
  /** What is plugged in; empty for nothing. */
  readonly device: string;
  readonly lamp?: LampFields;
}

type Item = Readonly<Record<string, unknown>>;

const timeoutMs = 15_000;

/** The platform counts a port as online for so long after it was heard from. */
const onlineMs = 5 * 60 * 1000;

/**
 * Reads the account's companies and, where one is named, all that is in it.
 *
 * @throws OchnoError as `account.request` does
 */
export async function readPlaces(
  account: Pick<Account, 'request'>,
  company: string,
  nowMs: () => number,
): Promise<Places> {
  const list = async (resource: string): Promise<readonly Item[]> => {
    const query = resource === 'companies' ? {} : { companyIds: [company] };
    const { body } = await account.request({ method: 'GET', path: `/api/${resource}`, query, all: true, timeoutMs });
    // One bad item must not cost the user the others.
    return Array.isArray(body) ? body.filter((item) => isPlainObject(item) && text(item.id) !== '') : [];
  };
  const listInside = async (resource: string): Promise<readonly Item[]> =>
    company === '' ? [] : (await list(resource)).filter(({ companyId }) => !companyId || text(companyId) === company);
  const [companies, locations, floorPlans, hubs, ports] = await Promise.all([
    list('companies'),
    listInside('locations'),
    // Ports can be found without their floor plans, which an account may not be allowed to read.
    listInside('floorPlans').catch(emptyIfRefused),
    listInside('hubs'),
    listInside('ports'),
  ]);
  const fetchedAt = nowMs();
  return {
    fetchedAt,
    companies: companies.map(named),
    locations: locations.map((item) => ({ ...named(item), company: text(item.companyId) || company })),
    floorPlans: floorPlans.map((item) => ({ ...named(item), location: text(item.locationId) })),
    hubs: hubs.map((item) => ({ ...named(item), location: text(item.locationId), floorPlan: text(item.floorPlanId) })),
    ports: ports.map((item) => placedPort(item, fetchedAt)),
  };
}

function emptyIfRefused(error: unknown): readonly Item[] {
  if (error instanceof OchnoError && error.code === 'OCHNO_HTTP') return [];
  throw error;
}

/** Written out field by field: there may be ten thousand of them, and each spread would cost as much as the rest. */
function placedPort(item: Item, nowMs: number): PlacedPort {
  const data = isPlainObject(item.data) ? item.data : {};
  const lamp = findLamp({ data });
  const port = {
    id: text(item.id),
    name: text(item.name),
    hub: text(item.hubId),
    location: text(item.locationId),
    floorPlan: text(item.floorPlanId),
    online: typeof data.t === 'number' && nowMs - data.t < onlineMs,
    device: deviceName(data),
  };
  return lamp ? Object.assign(port, { lamp }) : port;
}

/** Maker and product, or where the device names neither, its kinds. */
function deviceName({ connected, device }: Item): string {
  if (connected === false || !isPlainObject(device)) return '';
  const name = `${text(device.manufacturer)} ${text(device.product)}`.trim();
  return name === '' && Array.isArray(device.types) ? device.types.map(text).join(', ') : name;
}

function named(item: Item): Named {
  return { id: text(item.id), name: text(item.name) };
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
