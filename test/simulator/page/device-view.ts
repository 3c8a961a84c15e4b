import type { DeviceState } from '../building/building-model';

type Plain = Readonly<Record<string, unknown>>;

function plain(value: unknown): Plain | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The fields of a part that are of one type. */
function only<T>(value: unknown, isRight: (field: unknown) => field is T): Record<string, T> | undefined {
  const part = plain(value);
  if (part === undefined) return undefined;
  const right = Object.entries(part).filter((entry): entry is [string, T] => isRight(entry[1]));
  return Object.fromEntries(right);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isNumberOrSwitch(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/**
 * A device as the page may rely on it: an event may say anything, so only parts of the right type get through.
 * Undefined where there is no device.
 */
export function viewDevice(value: unknown): DeviceState | undefined {
  const device = plain(value);
  if (device === undefined) return undefined;
  const { manufacturer, product } = device;
  const lamp = only(device.lamp, isNumber);
  const fan = only(device.fan, isNumber);
  const sensor = only(device.sensor, isNumberOrSwitch);
  const power = plain(device.power);
  const button = plain(device.button);
  const dimmer = plain(device.dimmer);
  return {
    types: texts(device.types),
    subtypes: texts(device.subtypes),
    ...(typeof manufacturer === 'string' && { manufacturer }),
    ...(typeof product === 'string' && { product }),
    ...(lamp && { lamp }),
    ...(fan && { fan }),
    ...(sensor && { sensor }),
    ...(isNumber(power?.watt) && {
      power: { direction: power.direction === 'in' ? ('in' as const) : ('out' as const), watt: power.watt },
    }),
    ...(button && { button: { activeport: 1, pushed: button.pushed === true } }),
    ...(isNumber(dimmer?.dimming) && { dimmer: { dimming: dimmer.dimming, clicked: dimmer.clicked === true } }),
  };
}
