import { findLamp, type LampFields } from '../../../../src/protocol/lamp/lamp';
import type { Words } from '../words';
import { deviceOf, type Fields, fieldsAt, type PortKind, portKind } from './port-kind';

/** The platform counts a port as online for so long after it was heard from. */
export const onlineMs = 5 * 60_000;

interface Heard {
  readonly state: unknown;
  /** 0 for never. */
  readonly heardAt: number;
}

export function isOffline({ state, heardAt }: Heard, now: number): boolean {
  return now - heardAt > onlineMs && portKind(state) !== 'nothing';
}

/** What a port says now, in a few words: `40 % · 3000 K`, `21.4 °C · 812 ppm`, `laptop 43 W`, `offline 12 min`. */
export function portLine(port: Heard, now: number, words: Words): string {
  const kind = portKind(port.state);
  if (kind === 'nothing') return words.text('line.nothing');
  if (isOffline(port, now)) {
    if (port.heardAt === 0) return words.text('line.never-heard');
    return words.text('line.offline', { time: words.span(now - port.heardAt) });
  }
  return join(partsOf(kind, port.state, words)) || deviceName(port.state) || words.text(`kind.${kind}`);
}

/** The maker's own name for what is plugged in; empty where it gives none. */
export function deviceName(state: unknown): string {
  const { manufacturer, product } = deviceOf(state);
  return [manufacturer, product].filter((part) => typeof part === 'string' && part !== '').join(' ');
}

function partsOf(kind: PortKind, state: unknown, words: Words): readonly (string | undefined)[] {
  const device = deviceOf(state);
  const with_ = (fields: Fields, name: string, unit: string, digits = 0): string | undefined => {
    const value = fields[name];
    return typeof value === 'number' ? `${words.number(value, digits)} ${unit}` : undefined;
  };
  switch (kind) {
    case 'lamp':
      return lampParts(findLamp(state) ?? {}, words);
    case 'sensor':
      return sensorParts(fieldsAt(device, 'sensor'), with_, words).slice(0, 2);
    case 'fan':
      return [with_({ target: mean(fieldsAt(device, 'fan')) }, 'target', '%')];
    case 'dimmer':
      return [with_(fieldsAt(device, 'dimmer'), 'dimming', '%')];
    case 'button':
      return [words.text(fieldsAt(device, 'button').pushed === true ? 'line.pushed' : 'line.released')];
    default: {
      const watt = with_(fieldsAt(device, 'power'), 'watt', 'W');
      const name = kind === 'other' ? deviceName(state) : words.text(`kind.${kind}`);
      return [[name, watt].filter(Boolean).join(' ')];
    }
  }
}

function lampParts(lamp: LampFields, words: Words): readonly (string | undefined)[] {
  const levels = [lamp.level, lamp.altlevel].filter((level) => level !== undefined);
  const isOff = levels.length > 0 && levels.every((level) => level === 0);
  if (isOff) return [words.text('line.off')];
  const level = levels.length === 0 ? undefined : `${levels.map((each) => words.number(each, 0)).join(' / ')} %`;
  return [level, lamp.temp === undefined ? undefined : `${words.number(lamp.temp, 0)} K`];
}

type WithUnit = (fields: Fields, name: string, unit: string, digits?: number) => string | undefined;

function sensorParts(sensor: Fields, withUnit: WithUnit, words: Words): readonly (string | undefined)[] {
  return [
    sensor.motion === true ? words.text('line.motion') : undefined,
    withUnit(sensor, 'temperature', '°C', 1),
    withUnit(sensor, 'airco2', 'ppm'),
    withUnit(sensor, 'airhumidity', '%'),
    withUnit(sensor, 'luminosity', 'lux'),
  ].filter((part) => part !== undefined);
}

function mean(fan: Fields): number | undefined {
  const targets = [1, 2, 3, 4].map((number) => fan[`target${number}`]).filter((value) => typeof value === 'number');
  return targets.length === 0 ? undefined : targets.reduce((sum, value) => sum + value, 0) / targets.length;
}

function join(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
