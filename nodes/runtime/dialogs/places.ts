import type { LampFields } from '../../../src/protocol/lamp/lamp';
import type { Listed, ListedFloorPlan, ListedHub, ListedLocation } from '../../../src/protocol/rest/listed-places';
import type { Account } from '../account/shared-account';

/** A company and what is in it, as the pickers of the edit dialogs show it. */
export interface Places {
  /** ms since 1970. */
  readonly fetchedAt: number;
  readonly companies: readonly Listed[];
  readonly locations: readonly ListedLocation[];
  readonly floorPlans: readonly ListedFloorPlan[];
  readonly hubs: readonly ListedHub[];
  readonly ports: readonly PlacedPort[];
}

/** A port, where it is, and what it last said. */
export interface PlacedPort extends Listed {
  readonly hub: string;
  readonly location: string;
  readonly floorPlan: string;
  /** Whether it was heard from in the last five minutes. */
  readonly online: boolean;
  /** What is plugged in; empty for nothing. */
  readonly device: string;
  readonly lamp?: LampFields;
}

/**
 * Reads the account's companies and, where one is named, all that is in it.
 *
 * @throws OchnoError as `AccountLists.places` does
 */
export async function readPlaces(
  { lists }: Pick<Account, 'lists'>,
  company: string,
  nowMs: () => number,
): Promise<Places> {
  const [companies, places] = await Promise.all([
    lists.companies({ maxAgeMs: 0 }),
    company === '' ? lists.known('') : lists.places(company, { maxAgeMs: 0 }),
  ]);
  const { locations, floorPlans, hubs } = places;
  const ports = places.ports.map(({ id, name, hub, location, floorPlan, online, device, lamp }) => {
    const port = { id, name, hub, location, floorPlan, online, device };
    return lamp ? Object.assign(port, { lamp }) : port;
  });
  return { fetchedAt: nowMs(), companies, locations, floorPlans, hubs, ports };
}
