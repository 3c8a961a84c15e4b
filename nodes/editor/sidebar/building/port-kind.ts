import { isPlainObject } from '../../../../src/protocol/json/plain-object';
import { findLamp } from '../../../../src/protocol/lamp/lamp';

/** What is plugged in, as far as a list can show it. */
export type PortKind = 'lamp' | 'sensor' | 'laptop' | 'phone' | 'fan' | 'button' | 'dimmer' | 'other' | 'nothing';

/** The command that an action-out has for what is plugged in; undefined for what takes none. */
export function commandFor(kind: PortKind): 'lamp' | 'device' | undefined {
  if (kind === 'lamp') return 'lamp';
  return kind === 'fan' || kind === 'dimmer' ? 'device' : undefined;
}

export type Fields = Readonly<Record<string, unknown>>;

const nothing: Fields = {};

/** A part of a port's state that is an object; without it an empty one. */
export function fieldsAt(state: unknown, ...path: readonly string[]): Fields {
  let at: unknown = state;
  for (const step of path) at = isPlainObject(at) ? at[step] : undefined;
  return isPlainObject(at) ? at : nothing;
}

/** What the port's hub says of it: `data` of an event, or the event itself if it has none. */
function portData(state: unknown): Fields {
  const data = fieldsAt(state, 'data');
  return data === nothing ? fieldsAt(state) : data;
}

export function deviceOf(state: unknown): Fields {
  return fieldsAt(portData(state), 'device');
}

const kindOfType: Readonly<Record<string, PortKind>> = {
  computer: 'laptop',
  laptop: 'laptop',
  phone: 'phone',
  lamp: 'lamp',
  sensor: 'sensor',
  fan: 'fan',
  button: 'button',
  dimmer: 'dimmer',
};

export function portKind(state: unknown): PortKind {
  if (portData(state).connected === false) return 'nothing';
  if (findLamp(state) !== undefined) return 'lamp';
  const device = deviceOf(state);
  for (const part of ['sensor', 'fan', 'button', 'dimmer'] as const) if (isPlainObject(device[part])) return part;
  for (const type of [device.types, device.subtypes].flatMap(words)) {
    const kind = kindOfType[type.toLowerCase()];
    if (kind !== undefined) return kind;
  }
  return device === nothing || Object.keys(device).length === 0 ? 'nothing' : 'other';
}

function words(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
