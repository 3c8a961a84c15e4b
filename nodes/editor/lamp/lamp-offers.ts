import { lampRanges } from '../../../src/protocol/lamp/lamp';
import type { LampState } from '../places/places';

/** One thing a lamp can be told, as a value of the node and the words for it. */
export interface LampOffer {
  /** Key under `lamp` of the catalogue, and what to fill in. */
  readonly key: string;
  readonly values?: Readonly<Record<string, number>>;
  readonly type: 'str' | 'num' | 'json';
  readonly value: string;
}

function json(key: string, values: Readonly<Record<string, number>>, fields: object): LampOffer {
  return { key, values, type: 'json', value: JSON.stringify(fields) };
}

const levels: readonly LampOffer[] = [
  { key: 'on', type: 'str', value: 'on' },
  { key: 'off', type: 'str', value: 'off' },
  { key: 'toggle', type: 'str', value: 'toggle' },
  ...[25, 50, 100].map((level): LampOffer => ({ key: 'level', values: { level }, type: 'num', value: String(level) })),
  { key: 'brighter', values: { by: 10 }, type: 'str', value: '+10' },
  { key: 'dimmer', values: { by: 10 }, type: 'str', value: '-10' },
];

const { least: warmest, most: coldest } = lampRanges.temp;
const temperatures = [warmest, 4000, coldest];

/** What can be offered for a lamp, judged by the fields its present state has: level always, the others where it shows them. */
export function lampOffers(lamp: LampState): readonly LampOffer[] {
  const offers = [...levels];
  if (lamp.temp !== undefined) offers.push(...temperatures.map((temp) => json('temp', { temp }, { temp })));
  if (lamp.altlevel !== undefined)
    offers.push(...[0, 50, 100].map((level) => json('altlevel', { level }, { altlevel: level })));
  if (lamp.alttemp !== undefined)
    offers.push(...temperatures.map((temp) => json('alttemp', { temp }, { alttemp: temp })));
  return offers;
}
