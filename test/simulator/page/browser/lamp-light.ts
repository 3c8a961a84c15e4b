import type { LampState } from '../../building/building-model';

export interface Light {
  /** 0–1, as bright as it looks. */
  readonly strength: number;
  /** A CSS colour. */
  readonly colour: string;
}

type Rgb = readonly [number, number, number];

/** What white light of a temperature looks like in a drawing: stronger than to the eye, which gets used to it. */
const whites: readonly (readonly [kelvin: number, colour: Rgb])[] = [
  [2700, [255, 176, 82]],
  [3300, [255, 203, 128]],
  [4000, [255, 229, 178]],
  [4800, [246, 243, 232]],
  [5700, [196, 222, 255]],
];
const usualKelvin = 3600;

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function css(colour: Rgb): string {
  return `rgb(${colour.map(Math.round).join(' ')})`;
}

/** The colour of white light of a temperature; what is out of range gets the colour of the nearest end. */
export function whiteOf(kelvin: number): string {
  const warmer = whites.findLast(([known]) => known <= kelvin) ?? whites[0];
  const colder = whites.find(([known]) => known >= kelvin) ?? whites.at(-1);
  if (warmer === undefined || colder === undefined) return 'white';
  const part = colder[0] === warmer[0] ? 0 : (kelvin - warmer[0]) / (colder[0] - warmer[0]);
  const between = (index: 0 | 1 | 2): number => warmer[1][index] + (colder[1][index] - warmer[1][index]) * part;
  return css([between(0), between(1), between(2)]);
}

function colourOf(temp: unknown, red: unknown, green: unknown, blue: unknown): string {
  const mixed: Rgb = [isNumber(red) ? red : 0, isNumber(green) ? green : 0, isNumber(blue) ? blue : 0];
  if (mixed.some((part) => part > 0)) return css(mixed);
  return whiteOf(isNumber(temp) ? temp : usualKelvin);
}

function strengthOf(level: unknown): number {
  const part = isNumber(level) ? Math.min(1, Math.max(0, level / 100)) : 0;
  return part ** 0.6;
}

/** The light a lamp throws on its place. */
export function mainLight(lamp: LampState): Light {
  return { strength: strengthOf(lamp.level), colour: colourOf(lamp.temp, lamp.red, lamp.green, lamp.blue) };
}

/** The light of a two-way lamp that goes to the ceiling; undefined where it has none. */
export function secondLight(lamp: LampState): Light | undefined {
  if (!isNumber(lamp.altlevel)) return undefined;
  const { altlevel, alttemp, altred, altgreen, altblue } = lamp;
  return { strength: strengthOf(altlevel), colour: colourOf(alttemp, altred, altgreen, altblue) };
}
