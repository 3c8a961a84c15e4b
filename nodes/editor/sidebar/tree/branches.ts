import type { CompanyKey } from '../../../sidebar-messages';
import type { Building } from '../building/building';
import { companyKey, type Port } from '../building/port';

/** The keys of the branches that have to be open for a port to be seen. */
export function branchesAbove(building: Building, { address }: Port): readonly string[] {
  const company = companyKey(address);
  const location = `${company}/${address.location}`;
  const present = building.company(address);
  const found = present.state === 'ok' ? present.locations.find(({ id }) => id === address.location) : undefined;
  const plan = found?.floorPlans.find(({ hubs }) => hubs.some(({ id }) => id === address.hub));
  const plans = plan === undefined ? [] : [`${location}//${plan.id}`];
  return [company, location, ...plans, `${location}/${address.hub}`];
}

/** A company with more ports than this opens to its locations only, so that one sees at a glance what there is. */
const mostOpenedAtFirst = 40;

/** What is open when a company is seen for the first time: all of a small one, once its ports are there. */
export function openAtFirst(building: Building, key: CompanyKey): readonly string[] {
  const present = building.company(key);
  const company = companyKey(key);
  if (present.state === 'ok' && present.ports.length <= mostOpenedAtFirst) {
    return [...new Set([company, ...present.ports.flatMap((port) => branchesAbove(building, port))])];
  }
  const locations = present.state === 'ok' || present.state === 'loading' ? (present.locations ?? []) : [];
  const [only, ...others] = locations;
  return [company, ...(only !== undefined && others.length === 0 ? [`${company}/${only.id}`] : [])];
}
