import { type LampFields, lampRanges } from '../../../src/protocol/lamp/lamp';

/** One thing a device can be told, as a value of the node and the words for it. */
export interface DeviceOffer {
  /** Key under `lamp` of the catalogue, and what to fill in. */
  readonly key: string;
  readonly values?: Readonly<Record<string, number>>;
  readonly command: 'lamp' | 'device';
  readonly type: 'str' | 'num' | 'json';
  readonly value: string;
}

function json(key: string, values: Readonly<Record<string, number>>, fields: object): DeviceOffer {
  return { key, values, command: 'lamp', type: 'json', value: JSON.stringify(fields) };
}

const levels: readonly DeviceOffer[] = [
  { key: 'on', command: 'lamp', type: 'str', value: 'on' },
  { key: 'off', command: 'lamp', type: 'str', value: 'off' },
  { key: 'toggle', command: 'lamp', type: 'str', value: 'toggle' },
  ...[25, 50, 100].map(
    (level): DeviceOffer => ({ key: 'level', values: { level }, command: 'lamp', type: 'num', value: String(level) }),
  ),
  { key: 'brighter', values: { by: 10 }, command: 'lamp', type: 'str', value: '+10' },
  { key: 'dimmer', values: { by: 10 }, command: 'lamp', type: 'str', value: '-10' },
];

const { least: warmest, most: coldest } = lampRanges.temp;
const temperatures = [warmest, 4000, coldest];

/** What can be offered for a lamp, judged by the fields its present state has: level always, the others if it shows them. */
export function lampOffers(lamp: LampFields): readonly DeviceOffer[] {
  const offers = [...levels];
  if (lamp.temp !== undefined) offers.push(...temperatures.map((temp) => json('temp', { temp }, { temp })));
  if (lamp.altlevel !== undefined)
    offers.push(...[0, 50, 100].map((level) => json('altlevel', { level }, { altlevel: level })));
  if (lamp.alttemp !== undefined)
    offers.push(...temperatures.map((temp) => json('alttemp', { temp }, { alttemp: temp })));
  return offers;
}

/** What can be offered for a device that is set in percent, all its fields alike. */
export function controlOffers(kind: string, fields: readonly string[]): readonly DeviceOffer[] {
  return [0, 25, 50, 75, 100].map((level) => {
    const value = JSON.stringify({ [kind]: Object.fromEntries(fields.map((name) => [name, level])) });
    return { key: 'level', values: { level }, command: 'device', type: 'json', value };
  });
}
