import type { DeviceState, LampField } from './building-model';
import { sensorReading } from './climate';

/** The fields each kind of lamp knows; the colours come with the temperature. */
export const lampFields: Readonly<Record<string, readonly LampField[]>> = {
  lamp: ['level'],
  hcllamp: ['level', 'temp', 'red', 'green', 'blue'],
  bidirlamp: ['level', 'altlevel'],
  bidirhcllamp: ['level', 'temp', 'red', 'green', 'blue', 'altlevel', 'alttemp', 'altred', 'altgreen', 'altblue'],
};

/** What can be plugged in, by a short name. */
export const deviceNames = [
  'lamp',
  'hcllamp',
  'bidirlamp',
  'bidirhcllamp',
  'sensor',
  'laptop',
  'phone',
  'fan',
  'button',
  'dimmer',
] as const;

export type DeviceName = (typeof deviceNames)[number];
type LampKind = 'lamp' | 'hcllamp' | 'bidirlamp' | 'bidirhcllamp';

const lampProducts: Readonly<Record<LampKind, string>> = {
  lamp: 'Desk light',
  hcllamp: 'Tunable desk light',
  bidirlamp: 'Up-and-down light',
  bidirhcllamp: 'Tunable up-and-down light',
};

function lamp(subtype: LampKind): DeviceState {
  const second = subtype.startsWith('bidir');
  const tunable = subtype.endsWith('hcllamp');
  return {
    manufacturer: 'Glimma Ljus AB',
    product: lampProducts[subtype],
    vid: 0x2e8a,
    pid: 0x1000 + Object.keys(lampFields).indexOf(subtype),
    voltage: 20,
    types: ['lamp'],
    subtypes: [subtype],
    lamp: {
      level: 0,
      ...(tunable && { temp: 4000 }),
      ...(second && { altlevel: 0 }),
      ...(second && tunable && { alttemp: 4000 }),
    },
    power: { direction: 'out', watt: 0.4 },
  };
}

const fixed: Readonly<Record<Exclude<DeviceName, LampKind | 'sensor'>, DeviceState>> = {
  laptop: {
    manufacturer: 'Lenovo',
    product: 'ThinkPad X1 "Müller"',
    vid: 0x17ef,
    pid: 0x6047,
    voltage: 20,
    types: ['computer'],
    subtypes: ['laptop'],
    power: { direction: 'out', watt: 42.5 },
  },
  phone: {
    manufacturer: 'Fairphone',
    product: 'Fairphone 5',
    vid: 0x2ae5,
    pid: 0x9039,
    voltage: 9,
    types: ['phone'],
    subtypes: [],
    power: { direction: 'out', watt: 12 },
  },
  fan: {
    manufacturer: 'Bris',
    product: 'Four-fan ceiling unit',
    vid: 0x2e8a,
    pid: 0x2000,
    voltage: 20,
    types: ['fan'],
    subtypes: ['fan'],
    fan: { target1: 0, target2: 0, target3: 0, target4: 0, rpm1: 0, rpm2: 0, rpm3: 0, rpm4: 0 },
    power: { direction: 'out', watt: 0.5 },
  },
  button: {
    manufacturer: 'Ochno',
    product: 'Button',
    vid: 0x3171,
    pid: 0x0020,
    voltage: 5,
    types: ['button'],
    subtypes: ['button'],
    button: { activeport: 1, pushed: false },
  },
  dimmer: {
    manufacturer: 'Ochno',
    product: 'Dimmer',
    vid: 0x3171,
    pid: 0x0021,
    voltage: 5,
    types: ['dimmer'],
    subtypes: ['dimmer'],
    dimmer: { dimming: 50, clicked: false },
  },
};

function roomSensor(seed: number, t: number): DeviceState {
  return {
    manufacturer: 'Ochno',
    product: 'Room sensor',
    vid: 0x3171,
    pid: 0x0010,
    voltage: 5,
    types: ['sensor'],
    subtypes: ['airsensor', 'lightsensor', 'motionsensor'],
    sensor: sensorReading(seed, t),
  };
}

function isLamp(name: DeviceName): name is LampKind {
  return Object.hasOwn(lampFields, name);
}

/** A device as it is when it has just been plugged in. */
export function makeDevice(name: DeviceName, seed: number, t: number): DeviceState {
  if (isLamp(name)) return lamp(name);
  return name === 'sensor' ? roomSensor(seed, t) : structuredClone(fixed[name]);
}
