import { numberIn } from '../../../src/protocol/json/numeric-text';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { ListedPort } from '../../../src/protocol/rest/listed-places';
import type { PlacedPort, Places } from '../../dialog-messages';
import type { Account } from '../account/shared-account';

/** What was read, the ports with their whole state. */
export interface FoundPlaces extends Omit<Places, 'ports'> {
  readonly ports: readonly ListedPort[];
}

/**
 * Reads the account's companies and, if one is named, all that is in it.
 *
 * @throws OchnoError as `AccountLists.places` does
 */
export async function readPlaces(
  { lists }: Pick<Account, 'lists'>,
  company: string,
  nowMs: () => number,
): Promise<FoundPlaces> {
  const [companies, places] = await Promise.all([
    lists.companies({ maxAgeMs: 0 }),
    company === '' ? lists.known('') : lists.places(company, { maxAgeMs: 0 }),
  ]);
  const { locations, floorPlans, hubs, ports } = places;
  return { fetchedAt: nowMs(), companies, locations, floorPlans, hubs, ports };
}

/** The same as the pickers get it: there may be ten thousand ports, and their state is of no use to them. */
export function shownPlaces({ ports, ...places }: FoundPlaces): Places {
  return { ...places, ports: ports.map(shownPort) };
}

function shownPort({ id, name, hub, location, floorPlan, online, device, lamp, state }: ListedPort): PlacedPort {
  const port = { id, name, hub, location, floorPlan, online, device };
  const controls = device === '' ? undefined : controlsIn(state);
  return Object.assign(port, lamp && { lamp }, controls && { controls });
}

/** What a device takes, by its name in the state, and the fields of it that set something. */
const settable: Readonly<Record<string, RegExp>> = { fan: /^target\d$/, dimmer: /^dimming$/ };

function controlsIn(state: Readonly<Record<string, unknown>>): PlacedPort['controls'] {
  const device = isPlainObject(state.device) ? state.device : {};
  const controls = Object.entries(settable).flatMap(([kind, names]) => {
    const fields = Object.entries(isPlainObject(device[kind]) ? device[kind] : {}).flatMap(([name, value]) => {
      const number = names.test(name) ? numberIn(value) : undefined;
      return number === undefined ? [] : [[name, number] as const];
    });
    return fields.length === 0 ? [] : [[kind, Object.fromEntries(fields)] as const];
  });
  return controls.length === 0 ? undefined : Object.fromEntries(controls);
}
