import type { PlaceIndex } from '../places/place-index';
import type { FloorPlan, Hub, Location, Place, Port } from '../places/places';

/** A place that has others below it, and all ports that are ticked with it. */
export interface Branch {
  readonly kind: 'location' | 'floorPlan' | 'hub';
  readonly place: Place;
  readonly ports: readonly Port[];
  /** Branches below it; a hub has ports instead. */
  readonly children: () => readonly Branch[];
}

function hubBranch(hub: Hub, index: PlaceIndex): Branch {
  return { kind: 'hub', place: hub, ports: index.portsOf(hub.id), children: () => [] };
}

function floorBranch(plan: FloorPlan, hubs: readonly Hub[], index: PlaceIndex): Branch {
  const ports = hubs.flatMap((hub) => index.portsOf(hub.id));
  return { kind: 'floorPlan', place: plan, ports, children: () => hubs.map((hub) => hubBranch(hub, index)) };
}

/** A location with its floor plans and, beside them, the hubs that are on none. */
export function locationBranch(location: Location, index: PlaceIndex): Branch {
  const hubs = index.hubsIn(location.id);
  const plans = index.floorPlansIn(location.id);
  const known = new Set(plans.map((plan) => plan.id));
  return {
    kind: 'location',
    place: location,
    ports: hubs.flatMap((hub) => index.portsOf(hub.id)),
    children: () => [
      ...plans.map((plan) =>
        floorBranch(
          plan,
          hubs.filter((hub) => hub.floorPlan === plan.id),
          index,
        ),
      ),
      ...hubs.filter((hub) => !known.has(hub.floorPlan)).map((hub) => hubBranch(hub, index)),
    ],
  };
}
