/** Company, location, hub and port id: what a topic names. */
export interface PortIds {
  readonly company: string;
  readonly location: string;
  readonly hub: string;
  readonly port: string;
}

export interface Company {
  readonly id: string;
  name: string;
  type: string;
  logotype: string;
  website: string;
}

export interface Location {
  readonly id: string;
  name: string;
  companyId: string;
  data: object;
}

export interface FloorPlan {
  readonly id: string;
  name: string;
  locationId: string;
  companyId: string;
  data: object;
}

export interface Hub {
  readonly id: string;
  name: string;
  hwId: string;
  product: string;
  companyId: string;
  locationId: string;
  floorPlanId: string;
  data: object;
}

export interface Port {
  readonly id: string;
  name: string;
  hwId: string;
  companyId: string;
  locationId: string;
  floorPlanId: string;
  hubId: string;
  /** What the port's events say, put together; over REST it cannot be written. */
  data: PortState;
}

export const lampRanges = {
  level: [0, 100],
  temp: [2700, 5700],
  red: [0, 255],
  green: [0, 255],
  blue: [0, 255],
  altlevel: [0, 100],
  alttemp: [2700, 5700],
  altred: [0, 255],
  altgreen: [0, 255],
  altblue: [0, 255],
} as const;

export type LampField = keyof typeof lampRanges;
export type LampState = Partial<Record<LampField, number>>;
export type FanState = Record<string, number>;
export type SensorState = Record<string, number | boolean>;

export interface DeviceState {
  manufacturer?: string;
  product?: string;
  vid?: number;
  pid?: number;
  voltage?: number;
  /** Only where numbers are wide: as a text of digits. */
  serial?: string;
  types?: string[];
  subtypes?: string[];
  lamp?: LampState;
  fan?: FanState;
  power?: { direction: 'in' | 'out'; watt: number };
  button?: { activeport: number; pushed: boolean };
  dimmer?: { dimming: number; clicked: boolean };
  sensor?: SensorState;
}

/** The `data` of an event: events carry what changed, REST the whole. */
export interface PortState {
  portId: string;
  t: number;
  connected: boolean;
  enabled: boolean;
  device?: DeviceState;
}
