import type { PortKind } from '../building/port-kind';
import type { RowKind } from './tree-rows';

/** Font Awesome 4.7, as the editor has it. */
export const kindIcons: Readonly<Record<PortKind, string>> = {
  lamp: 'lightbulb-o',
  sensor: 'thermometer-half',
  laptop: 'laptop',
  phone: 'mobile',
  fan: 'refresh',
  button: 'dot-circle-o',
  dimmer: 'sliders',
  other: 'plug',
  nothing: 'circle-thin',
};

export const branchIcons: Readonly<Record<Exclude<RowKind, 'port'>, string>> = {
  account: 'user-circle-o',
  company: 'building-o',
  location: 'map-marker',
  floorPlan: 'map-o',
  hub: 'hdd-o',
  note: 'info-circle',
};
