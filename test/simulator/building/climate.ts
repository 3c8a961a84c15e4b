import { noise } from './random';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** 0 at midnight, 1 at noon. */
function daylight(t: number): number {
  return Math.max(0, Math.sin(Math.PI * (((t % dayMs) / dayMs) * 1.5 - 0.25)));
}

/** 0 at night and at week-ends, up to 1 while the office is busy. */
function occupancy(seed: number, t: number): number {
  const day = new Date(t).getUTCDay();
  const weekend = day === 0 || day === 6;
  const hour = (t % dayMs) / hourMs;
  const busy = hour < 7 || hour > 18 ? 0.02 : 0.5 + 0.5 * Math.sin((Math.PI * (hour - 7)) / 11);
  return (weekend ? 0.1 : 1) * busy * (0.6 + 0.4 * noise(seed, t / hourMs));
}

/** A smooth wander in [-1, 1] with a new aim every `periodMs`. */
function wander(seed: number, salt: number, t: number, periodMs: number): number {
  const step = Math.floor(t / periodMs);
  const part = t / periodMs - step;
  const from = noise(seed, salt, step);
  const to = noise(seed, salt, step + 1);
  return (from + (to - from) * part * part * (3 - 2 * part)) * 2 - 1;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/**
 * What a place is like at a time: functions of the place's seed and the time and of nothing else, so that the history
 * agrees with the events there were, and goes back as far as anyone asks.
 */
const measures = {
  temperature: (seed: number, t: number) =>
    round(20.5 + 2 * occupancy(seed, t) + 0.8 * daylight(t) + 0.7 * wander(seed, 1, t, hourMs), 1),
  luminosity: (seed: number, t: number) =>
    Math.round(40 + 700 * daylight(t) * (1 + 0.2 * wander(seed, 2, t, 20 * minuteMs))),
  lightclear: (seed: number, t: number) =>
    Math.round(25 + 500 * daylight(t) * (1 + 0.2 * wander(seed, 3, t, 20 * minuteMs))),
  lighttemperature: (seed: number, t: number) =>
    Math.round(2900 + 2600 * daylight(t) + 150 * wander(seed, 4, t, hourMs)),
  airhumidity: (seed: number, t: number) => round(38 + 6 * occupancy(seed, t) + 6 * wander(seed, 5, t, 6 * hourMs), 1),
  airco2: (seed: number, t: number) =>
    Math.round(420 + 550 * occupancy(seed, t) + 40 * wander(seed, 6, t, 30 * minuteMs)),
  airtvoc: (seed: number, t: number) => Math.round(60 + 160 * occupancy(seed, t) + 40 * wander(seed, 7, t, hourMs)),
  motion: (seed: number, t: number) => Number(noise(seed, 8, t / (5 * minuteMs)) < occupancy(seed, t)),
  watt: (seed: number, t: number) =>
    round(0.4 + 60 * occupancy(seed, t) * (0.7 + 0.3 * wander(seed, 9, t, 10 * minuteMs)), 1),
} as const;

/** The measurements the platform keeps; `power` is another name of `watt`. */
export type Measurement = keyof typeof measures | 'power';

export function isMeasurement(name: string): name is Measurement {
  return name === 'power' || Object.hasOwn(measures, name);
}

/** One value of one place at one time (ms). Motion is 1 or 0. */
export function climateAt(measurement: Measurement, seed: number, t: number): number {
  return measures[measurement === 'power' ? 'watt' : measurement](seed, t);
}

/** What a sensor of that place shows at that time. */
export function sensorReading(seed: number, t: number): Record<string, number | boolean> {
  return {
    motion: climateAt('motion', seed, t) === 1,
    temperature: climateAt('temperature', seed, t),
    luminosity: climateAt('luminosity', seed, t),
    lightclear: climateAt('lightclear', seed, t),
    lighttemperature: climateAt('lighttemperature', seed, t),
    airhumidity: climateAt('airhumidity', seed, t),
    airco2: climateAt('airco2', seed, t),
    airtvoc: climateAt('airtvoc', seed, t),
  };
}
