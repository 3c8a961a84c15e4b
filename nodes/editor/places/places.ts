import type { Failure } from '../dialog/failure-text';

/** What the account route answers about a building. Names are what people typed there: text, never markup. */
export interface Place {
  readonly id: string;
  readonly name: string;
}

export interface Location extends Place {
  readonly company: string;
}

export interface FloorPlan extends Place {
  readonly location: string;
}

export interface Hub extends Place {
  readonly location: string;
  /** Empty where the hub is on no floor plan. */
  readonly floorPlan: string;
}

export interface Port extends Place {
  readonly hub: string;
  readonly location: string;
  readonly floorPlan: string;
  readonly online: boolean;
  /** What is plugged in, empty for nothing. */
  readonly device: string;
  readonly lamp?: LampState;
  /** What else it can be told, as it last said it: `{fan: {target1: 40}}`. */
  readonly controls?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Level 0–100, colour temperature in kelvin; `alt…` is the second light of a two-way lamp. */
export interface LampState {
  readonly level?: number;
  readonly temp?: number;
  readonly altlevel?: number;
  readonly alttemp?: number;
}

/** Locations, floor plans, hubs and ports are those of the company that was asked for. */
export interface KnownPlaces {
  readonly state: 'ok';
  readonly fetchedAt: number;
  /** Whether that was before they were asked for: the runtime remembers lists for a while. */
  readonly isRemembered: boolean;
  readonly companies: readonly Place[];
  readonly locations: readonly Location[];
  readonly floorPlans: readonly FloorPlan[];
  readonly hubs: readonly Hub[];
  readonly ports: readonly Port[];
}

export interface FailedPlaces extends Failure {
  readonly state: 'failed' | 'not configured';
}

export type PlacesAnswer = KnownPlaces | FailedPlaces;

export type AddressLevel = 'company' | 'location' | 'hub' | 'port';

/** The four address fields as they stand in the dialog. */
export type Address = Readonly<Record<AddressLevel, string>>;
