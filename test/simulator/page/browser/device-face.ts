import type { DeviceState, LampState } from '../../building/building-model';
import type { DeviceName } from '../../building/devices';
import type { PortView } from '../building-view';

/** What is plugged in: one of the devices one can plug in by hand, or something else an event told of. */
export type DeviceKind = DeviceName | 'other';

interface Face {
  readonly label: string;
  readonly icon: string;
}

export const faces: Readonly<Record<DeviceKind, Face>> = {
  lamp: { label: 'Lamp', icon: 'lamp' },
  hcllamp: { label: 'Tunable lamp', icon: 'lamp' },
  bidirlamp: { label: 'Two-way lamp', icon: 'lamp-two-way' },
  bidirhcllamp: { label: 'Tunable two-way lamp', icon: 'lamp-two-way' },
  sensor: { label: 'Room sensor', icon: 'sensor' },
  laptop: { label: 'Laptop', icon: 'laptop' },
  phone: { label: 'Phone', icon: 'phone' },
  fan: { label: 'Fan', icon: 'fan' },
  button: { label: 'Button', icon: 'button' },
  dimmer: { label: 'Dimmer', icon: 'dimmer' },
  other: { label: 'Device', icon: 'other' },
};

/** Every device one can plug in, in the order they are offered. */
export const pluggable: readonly DeviceName[] = [
  'laptop',
  'phone',
  'lamp',
  'hcllamp',
  'bidirlamp',
  'bidirhcllamp',
  'sensor',
  'fan',
  'button',
  'dimmer',
];

const kindsByType: Readonly<Record<string, DeviceKind>> = { computer: 'laptop' };

function isKind(name: string): name is DeviceKind {
  return Object.hasOwn(faces, name);
}

/** Undefined where nothing is plugged in. */
export function kindOf({ connected, device }: PortView): DeviceKind | undefined {
  if (!connected || device === undefined) return undefined;
  const type = device.types?.[0] ?? '';
  const subtype = device.subtypes?.[0] ?? '';
  if (type === 'lamp' && isKind(subtype)) return subtype;
  if (Object.hasOwn(kindsByType, type)) return kindsByType[type];
  return isKind(type) ? type : 'other';
}

/** A number with its unit, or a dash: an event may hold anything. */
export function amount(value: unknown, unit: string): string {
  return typeof value === 'number' && Number.isFinite(value) ? `${Number(value.toFixed(1))}\u00a0${unit}` : '–';
}

function level(value: unknown): string {
  return value === 0 ? 'off' : amount(value, '%');
}

function lampReading({ level: down, altlevel: up }: LampState): string {
  if (up === undefined || (down === 0 && up === 0)) return level(down);
  return `${Math.round(down ?? 0)} · ${Math.round(up)}`;
}

/** 0–100: the mean of a fan unit's targets. */
export function fanSpeed({ fan = {} }: DeviceState): number {
  const targets = [fan.target1, fan.target2, fan.target3, fan.target4].filter((target) => typeof target === 'number');
  return targets.reduce((sum, target) => sum + target, 0) / Math.max(1, targets.length);
}

/** The few characters that stand on a port. */
export function shortReading(port: PortView): string {
  const { device = {} } = port;
  const kind = kindOf(port);
  if (kind === undefined) return 'empty';
  if (device.lamp !== undefined) return lampReading(device.lamp);
  if (kind === 'sensor') return amount(device.sensor?.temperature, '°C').replace('\u00a0°C', '°');
  if (kind === 'fan') return level(Math.round(fanSpeed(device)));
  if (kind === 'button') return device.button?.pushed === true ? 'pressed' : 'ready';
  if (kind === 'dimmer') return amount(device.dimmer?.dimming, '%');
  return device.power === undefined ? '–' : amount(Math.round(device.power.watt), 'W');
}

/** What a port is called where it cannot be seen. */
export function spokenName(port: PortView): string {
  const kind = kindOf(port);
  if (kind === undefined) return `${port.name}, ${port.id}: empty`;
  const product = port.device?.product ?? faces[kind].label;
  const motion = port.device?.sensor?.motion === true ? ', sees somebody' : '';
  return `${port.name}, ${port.id}: ${product}, ${shortReading(port)}${motion}`;
}
