import { isPlainObject } from '../../../../src/protocol/json/plain-object';

export interface PortValue {
  /** As Node-RED writes it: `data.device.lamp.level`, `data.sensor["pm2.5"]`. */
  readonly path: string;
  readonly value: unknown;
  /** Empty where it has none or it is not known. */
  readonly unit: string;
}

/** More than any port says; a building that is wrong must not fill the editor. */
const mostValues = 200;

/** By the last two steps of a value's path, else by its last. */
const units: Readonly<Record<string, string>> = {
  ...{ 'lamp.level': '%', 'lamp.altlevel': '%', 'lamp.temp': 'K', 'lamp.alttemp': 'K' },
  ...{ 'power.watt': 'W', 'device.voltage': 'V', 'dimmer.dimming': '%' },
  ...{ 'sensor.temperature': '°C', 'sensor.luminosity': 'lux', 'sensor.lightclear': 'lux' },
  ...{ 'sensor.lighttemperature': 'K', 'sensor.airhumidity': '%', 'sensor.airco2': 'ppm', 'sensor.airtvoc': 'ppb' },
  ...{ target1: '%', target2: '%', target3: '%', target4: '%', rpm1: 'rpm', rpm2: 'rpm', rpm3: 'rpm', rpm4: 'rpm' },
};

/** Every value in a port's state that is not an object, with its path; objects that hold none are left out. */
export function portValues(state: unknown): readonly PortValue[] {
  return valuesIn(state).sort((one, other) => rank(one) - rank(other));
}

/** First what a device measures or does, then what it is, last the ids and times that every event has. */
function rank({ path }: PortValue): number {
  if (/^(?:data\.)?(?:id|portId|t)$/.test(path)) return 2;
  return /\b(?:lamp|sensor|fan|power|button|dimmer)\b/.test(path) && !/types\[/.test(path) ? 0 : 1;
}

/** The paths whose values an event brings. */
export function changedPaths(event: unknown): readonly string[] {
  return valuesIn(event).map(({ path }) => path);
}

function valuesIn(state: unknown): PortValue[] {
  const values: PortValue[] = [];
  collect(state, '', [], values);
  return values;
}

function collect(value: unknown, path: string, steps: readonly string[], into: PortValue[]): void {
  if (into.length >= mostValues) return;
  if (isPlainObject(value)) {
    for (const [key, below] of Object.entries(value))
      collect(below, `${path}${step(key, path)}`, [...steps, key], into);
  } else if (Array.isArray(value)) {
    for (const [at, below] of value.entries()) collect(below, `${path}[${at}]`, [...steps, String(at)], into);
  } else if (path !== '') {
    into.push({ path, value, unit: unitOf(steps) });
  }
}

function step(key: string, before: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `[${JSON.stringify(key)}]`;
  return before === '' ? key : `.${key}`;
}

function unitOf(steps: readonly string[]): string {
  const last = steps.at(-1) ?? '';
  const key = `${steps.at(-2) ?? ''}.${last}`;
  return (Object.hasOwn(units, key) ? units[key] : Object.hasOwn(units, last) ? units[last] : undefined) ?? '';
}
