import type { Building } from '../building/building';
import { type Collection, dataField, ObjectCollection, parentField } from './collection';
import { textField } from './http-reply';

/** The five collections under `/api`, by the name in the path. */
export function buildingCollections(building: Building, now: () => number): ReadonlyMap<string, Collection> {
  const ports = portCollection(building, now);
  const hubs = hubCollection(building, ports);
  const floorPlans = floorPlanCollection(building, hubs);
  const locations = locationCollection(building, floorPlans, hubs);
  const companies = companyCollection(building, locations);
  return new Map<string, Collection>(Object.entries({ companies, locations, floorPlans, hubs, ports }));
}

function companyCollection(building: Building, locations: Collection): Collection {
  return new ObjectCollection({
    objects: building.companies,
    filters: {},
    children: [{ collection: locations, filter: 'companyIds' }],
    make: (id, body) => ({
      id,
      name: textField(body, 'name'),
      type: textField(body, 'type', ''),
      logotype: textField(body, 'logotype', ''),
      website: textField(body, 'website', ''),
    }),
  });
}

function locationCollection(building: Building, floorPlans: Collection, hubs: Collection): Collection {
  const owns = (companyId: string): boolean => building.owns(companyId);
  return new ObjectCollection({
    objects: building.locations,
    filters: { companyIds: (location) => location.companyId },
    children: [
      { collection: floorPlans, filter: 'locationIds' },
      { collection: hubs, filter: 'locationIds' },
    ],
    make: (id, body, present) => ({
      id,
      name: textField(body, 'name'),
      companyId: parentField(body, 'companyId', present?.companyId, building.companies, owns).id,
      data: dataField(body),
    }),
  });
}

function floorPlanCollection(building: Building, hubs: Collection): Collection {
  const owns = (companyId: string): boolean => building.owns(companyId);
  return new ObjectCollection({
    objects: building.floorPlans,
    filters: { companyIds: (plan) => plan.companyId, locationIds: (plan) => plan.locationId },
    children: [{ collection: hubs, filter: 'floorPlanIds' }],
    make: (id, body, present) => {
      const location = parentField(body, 'locationId', present?.locationId, building.locations, owns);
      const name = textField(body, 'name');
      return { id, name, locationId: location.id, companyId: location.companyId, data: dataField(body) };
    },
  });
}

function hubCollection(building: Building, ports: Collection): Collection {
  const owns = (companyId: string): boolean => building.owns(companyId);
  return new ObjectCollection({
    objects: building.hubs,
    filters: {
      companyIds: (hub) => hub.companyId,
      locationIds: (hub) => hub.locationId,
      floorPlanIds: (hub) => hub.floorPlanId,
    },
    children: [{ collection: ports, filter: 'hubIds' }],
    make: (id, body, present) => {
      const plan = parentField(body, 'floorPlanId', present?.floorPlanId, building.floorPlans, owns);
      return {
        id,
        name: textField(body, 'name'),
        hwId: textField(body, 'hwId', present?.hwId ?? ''),
        product: textField(body, 'product', present?.product ?? 'O-PD'),
        companyId: plan.companyId,
        locationId: plan.locationId,
        floorPlanId: plan.id,
        data: dataField(body),
      };
    },
  });
}

/** A port's `data` is what its hub last told, so a body cannot set it. */
function portCollection(building: Building, now: () => number): Collection {
  const owns = (companyId: string): boolean => building.owns(companyId);
  return new ObjectCollection({
    objects: building.ports,
    keyOf: ({ hubId, id }) => building.portKey(hubId, id),
    filters: {
      companyIds: (port) => port.companyId,
      locationIds: (port) => port.locationId,
      floorPlanIds: (port) => port.floorPlanId,
      hubIds: (port) => port.hubId,
    },
    make: (id, body, present) => {
      const hub = parentField(body, 'hubId', present?.hubId, building.hubs, owns);
      return {
        id,
        name: textField(body, 'name'),
        hwId: textField(body, 'hwId', present?.hwId ?? ''),
        companyId: hub.companyId,
        locationId: hub.locationId,
        floorPlanId: hub.floorPlanId,
        hubId: hub.id,
        data: present?.data ?? { portId: id, t: now(), connected: false, enabled: true },
      };
    },
  });
}
