import type { PlaceIndex } from './place-index';
import type { FailedPlaces } from './places';

/** Where reading a company's places has got to. */
export type PlacesState =
  | { readonly state: 'not asked' }
  | { readonly state: 'no account' }
  | { readonly state: 'loading'; readonly before?: PlaceIndex }
  | { readonly state: 'not configured'; readonly problem: string }
  | FailedPlaces
  /** Node-RED itself refused or did not answer; `status` is HTTP's, 0 for no answer. */
  | { readonly state: 'no answer'; readonly status: number }
  | { readonly state: 'ok'; readonly index: PlaceIndex };
