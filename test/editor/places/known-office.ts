import type { KnownPlaces, PlacedPort } from '../../../nodes/dialog-messages';
import { PlaceIndex } from '../../../nodes/editor/places/place-index';

/** An option that the runtime fills in from its environment. */
export const variable = '$'.concat('{NAME}');

/** A port of the office below, on the floor plan of its hub. */
export function port(hub: string, id: string, device = ''): PlacedPort {
  return {
    id,
    name: `Port ${id}`,
    hub,
    location: hub === 'h4' ? 'l2' : 'l1',
    floorPlan: hub === 'h3' ? '' : 'f1',
    online: true,
    device,
  };
}

/** Two locations of one company, with hubs and ports that are named alike. */
export const places: KnownPlaces = {
  state: 'ok',
  fetchedAt: 0,
  isRemembered: false,
  companies: [
    { id: 'c1', name: 'Goople' },
    { id: 'c2', name: 'Ochno' },
  ],
  locations: [
    { id: 'l1', name: 'Ångström', company: 'c1' },
    { id: 'l2', name: 'Malmö', company: 'c1' },
  ],
  floorPlans: [{ id: 'f1', name: 'Floor 1', location: 'l1' }],
  hubs: [
    { id: 'h1', name: 'Desk 12', location: 'l1', floorPlan: 'f1' },
    { id: 'h2', name: '<b>Desk</b>', location: 'l1', floorPlan: 'f1' },
    { id: 'h3', name: 'Loose', location: 'l1', floorPlan: '' },
    { id: 'h4', name: 'Desk 12', location: 'l2', floorPlan: '' },
  ],
  ports: [
    port('h1', 'p1', 'lamp'),
    port('h1', 'p2', 'laptop'),
    port('h2', 'p1'),
    port('h2', 'p3'),
    port('h3', 'p4'),
    port('h4', 'p5'),
  ],
};

export const index = new PlaceIndex('c1', places);

/** What stands in the address fields if only the company is chosen. */
export const nowhere = { company: 'c1', location: '', hub: '', port: '' };
