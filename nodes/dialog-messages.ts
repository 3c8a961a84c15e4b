/**
 * What the edit dialogs ask of the runtime, and are answered. Ids and names are the platform's: any text, never markup.
 * Times are ms since 1970 by the clock of Node-RED's computer.
 */
import type { LampFields } from '../src/protocol/lamp/lamp';
import type { ConnectionReason, OchnoErrorCode, Problem } from '../src/protocol/ochno-error';
import type { Listed, ListedFloorPlan, ListedHub, ListedLocation } from '../src/protocol/rest/listed-places';

/** Why something could not be done, for a dialog to say in its viewer's language. */
export interface DialogFailure {
  readonly code: OchnoErrorCode;
  readonly reason?: ConnectionReason | undefined;
  readonly problem?: Problem | undefined;
  readonly statusCode?: number | undefined;
  /** The platform's own words. */
  readonly said?: string | undefined;
  /** The same in English, for a bug report. */
  readonly message: string;
}

export type FailedAnswer = { readonly state: 'not configured' | 'failed' } & DialogFailure;

/** The answer of `POST ochno/places`. */
export type PlacesAnswer = KnownPlaces | FailedAnswer;

export interface KnownPlaces extends Places {
  readonly state: 'ok';
  /** Whether they were read before they were asked for: the runtime remembers lists for a while. */
  readonly isRemembered: boolean;
}

/** The companies of an account and, of the one that was asked for, what is in it. */
export interface Places {
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
  /** Empty if it is on no floor plan. */
  readonly floorPlan: string;
  /** Whether it was heard from in the last five minutes. */
  readonly online: boolean;
  /** What is plugged in; empty for nothing. */
  readonly device: string;
  readonly lamp?: LampFields;
  /** What else it can be told, as it last said it: `{fan: {target1: 40}}`, `{dimmer: {dimming: 20}}`. */
  readonly controls?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The answer of `POST ochno/port-values`: what chosen ports say now. */
export type PortValuesAnswer = { readonly state: 'ok'; readonly ports: readonly PortState[] } | FailedAnswer;

export interface PortState {
  readonly name: string;
  /** In the shape of an event. */
  readonly event: { readonly data: Readonly<Record<string, unknown>> };
}

/** The answer of `POST ochno/try`: how a request went that was tried by hand. */
export type TryAnswer =
  | { readonly state: 'ok'; readonly statusCode: number; readonly text: string; readonly isCut: boolean }
  | FailedAnswer;
