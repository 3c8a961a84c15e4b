import type { DeviceState, LampField } from '../../building/building-model';
import { amount, type DeviceKind, fanSpeed } from './device-face';
import { button, make, setText } from './elements';
import { Slider, type SliderRange } from './slider';

/** The controls of one kind of device, and how they follow it. */
export interface Controls {
  readonly elements: readonly HTMLElement[];
  follow(device: DeviceState): void;
}

/** Asks for a deed at the port the controls belong to. */
export type Deed = (name: string, body?: object) => void;

const percent: SliderRange = { least: 0, most: 100, step: 1, unit: '%' };
const kelvin: SliderRange = { least: 2700, most: 5700, step: 50, unit: 'K' };

const lampSliders: Readonly<Record<string, readonly (readonly [LampField, string, SliderRange])[]>> = {
  lamp: [['level', 'Light', percent]],
  hcllamp: [
    ['level', 'Light', percent],
    ['temp', 'Colour temperature', kelvin],
  ],
  bidirlamp: [
    ['level', 'Light on the desk', percent],
    ['altlevel', 'Light on the ceiling', percent],
  ],
  bidirhcllamp: [
    ['level', 'Light on the desk', percent],
    ['temp', 'Its colour temperature', kelvin],
    ['altlevel', 'Light on the ceiling', percent],
    ['alttemp', 'Its colour temperature', kelvin],
  ],
};

const readings: readonly (readonly [field: string, label: string, unit: string])[] = [
  ['temperature', 'Temperature', '°C'],
  ['airco2', 'CO₂', 'ppm'],
  ['airhumidity', 'Humidity', '%'],
  ['airtvoc', 'Organic compounds', 'ppb'],
  ['luminosity', 'Brightness', 'lx'],
  ['lighttemperature', 'Light colour', 'K'],
];

function lampControls(kind: string, deed: Deed): Controls {
  const sliders = (lampSliders[kind] ?? []).map(([field, label, range]) => ({
    field,
    slider: new Slider(label, range, (value) => deed('lamp', { [field]: value })),
  }));
  const switcher = button('framed', 'Switch on');
  let isLit = false;
  switcher.addEventListener('click', () => deed('switch', { on: !isLit }));
  return {
    elements: [...sliders.map(({ slider }) => slider.element), switcher],
    follow: ({ lamp = {} }) => {
      isLit = (lamp.level ?? 0) > 0 || (lamp.altlevel ?? 0) > 0;
      setText(switcher, isLit ? 'Switch off' : 'Switch on');
      for (const { field, slider } of sliders) slider.follow(lamp[field]);
    },
  };
}

function fanControls(deed: Deed): Controls {
  const slider = new Slider('Speed', percent, (speed) => deed('fan', { speed }));
  return { elements: [slider.element], follow: (device) => slider.follow(Math.round(fanSpeed(device))) };
}

function dimmerControls(deed: Deed): Controls {
  const slider = new Slider('Turned to', percent, (dimming) => deed('dimmer', { dimming }));
  return { elements: [slider.element], follow: ({ dimmer }) => slider.follow(dimmer?.dimming) };
}

function buttonControls(deed: Deed): Controls {
  const element = button('framed', 'Press the button');
  element.addEventListener('click', () => deed('press'));
  return { elements: [element], follow: () => undefined };
}

function sensorControls(): Controls {
  const motion = make('dd');
  const values = readings.map(([field, label, unit]) => ({ field, label, unit, element: make('dd') }));
  const list = make('dl', 'readings', make('dt', '', 'Sees somebody'), motion);
  for (const { label, element } of values) list.append(make('dt', '', label), element);
  return {
    elements: [list],
    follow: ({ sensor = {} }) => {
      setText(motion, sensor.motion === true ? 'yes' : 'no');
      for (const { field, unit, element } of values) setText(element, amount(sensor[field], unit));
    },
  };
}

/** What one can do with a device by hand, beside pulling it out. */
export function controlsFor(kind: DeviceKind, deed: Deed): Controls {
  if (kind === 'fan') return fanControls(deed);
  if (kind === 'dimmer') return dimmerControls(deed);
  if (kind === 'button') return buttonControls(deed);
  if (kind === 'sensor') return sensorControls();
  return lampControls(kind, deed);
}
