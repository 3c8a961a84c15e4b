import { copyJson } from '../json/copy-json';
import { equalJson } from '../json/json-equal';
import { numberIn } from '../json/numeric-text';
import { checkSize, type JsonObject, outgoingCopy } from '../json/outgoing-json';
import { isPlainObject } from '../json/plain-object';
import { valueAt } from '../json/property-path';
import { OchnoError } from '../ochno-error';
import { actionTopic, type PortAddress } from '../topics/address';
import { isLampField, isRounded, isSameSetting, type LampFields } from './lamp';

/** A command for one port, ready to be published. */
export interface Action {
  readonly address: PortAddress;
  /** `/action/<company>/<location>/<hub>/<port>` */
  readonly topic: string;
  /** What goes out: `{id, data}`. */
  readonly envelope: JsonObject;
  /** The envelope as it is published: JSON of at most 128 KiB. */
  readonly payload: string;
  /** The values: the lamp's fields, the device or the envelope, whichever was given; a copy that anyone may keep. */
  readonly sent: JsonObject;
  /**
   * Names of what is set: dotted paths within `data.device` such as `lamp.level`; what an envelope holds beside its
   * device has a slash before it, as in `/data.scene`. A newer command that has all names of an older one supersedes it.
   */
  readonly properties: readonly string[];
}

/**
 * Sets fields of the port's lamp.
 *
 * @throws OchnoError `OCHNO_VALUE` for an address that can't be used
 */
export function lampAction(address: PortAddress, fields: LampFields): Action {
  const sent = { ...fields };
  // The names need no escaping and the numbers are finite, so what other actions have to be checked for is known.
  const properties = Object.keys(sent).map((field) => `lamp.${field}`);
  return actionFor(address, deviceEnvelope(address, { lamp: { ...fields } }), sent, properties);
}

/**
 * Sets an object under `data.device`, as it is.
 *
 * @throws OchnoError `OCHNO_VALUE` for anything but a plain object, one that JSON can't hold or that is too large, and for
 * an address that can't be used
 */
export function deviceAction(address: PortAddress, device: unknown): Action {
  const sent = outgoingCopy('device', device);
  return actionFor(address, deviceEnvelope(address, copyJson(sent)), sent);
}

/**
 * Sends an object with `id` and `data`, as it is.
 *
 * @throws OchnoError `OCHNO_VALUE` for anything else, one that JSON can't hold or that is too large, and for an address
 * that can't be used
 */
export function envelopeAction(address: PortAddress, envelope: unknown): Action {
  const sent = outgoingCopy('envelope', envelope);
  const missing = ['id', 'data'].find((name) => !Object.hasOwn(sent, name));
  if (missing === undefined) return actionFor(address, copyJson(sent), sent);
  throw new OchnoError('OCHNO_VALUE', `The envelope can't be sent: it has no ${missing}, and {"id", "data"} is needed`);
}

function actionFor(
  address: PortAddress,
  envelope: JsonObject,
  sent: JsonObject,
  properties = propertiesOf(address, envelope),
): Action {
  // What is in it has been checked, or copied out of JSON.
  const payload = checkSize('action', JSON.stringify(envelope));
  return { address, topic: actionTopic(address), envelope, payload, sent, properties };
}

function deviceEnvelope({ hub, port }: PortAddress, device: JsonObject): JsonObject {
  return { id: hub, data: { portId: port, device } };
}

function propertiesOf({ hub, port }: PortAddress, { id, data, ...beside }: JsonObject): readonly string[] {
  const values: JsonObject = isPlainObject(data) ? data : {};
  const { portId = port, device, ...others } = values;
  const paths = [...leafPaths(others, '/data.'), ...leafPaths(beside, '/')];
  if (values !== data) paths.push('/data');
  if (isPlainObject(device)) paths.push(...leafPaths(device, ''));
  else if (device !== undefined) paths.push('/data.device');
  // What names another hub or port than the topic does must not be superseded by a command for this one.
  if (id !== hub || portId !== port) paths.push(`/to ${JSON.stringify([id, portId])}`);
  return paths;
}

/** Every property that is not an object with properties of its own; arrays count as one. */
function leafPaths(object: JsonObject, before: string): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const path = before + name.replace(/[./\\]/g, '\\$&');
    return isPlainObject(value) && Object.keys(value).length > 0 ? leafPaths(value, `${path}.`) : [path];
  });
}

/** In which values what a port shows differs from what an action has set. */
export interface Difference {
  /** A dotted path within the device; `data` if an envelope holds nothing else. */
  readonly property: string;
  readonly wanted: unknown;
  /** `undefined` if the port has nothing of the kind. */
  readonly shown: unknown;
}

/**
 * Where a port's state, as its events or its object over REST have it, differs from what an action has set: nowhere if
 * numbers are as near as the device's own steps allow, also as text, and others deep-equal; what the state holds beside them
 * is ignored. The values are looked for at `data.device`, `device` and the top level of the state, those of an envelope without
 * a device at `data` and the top level; the place that shows most of them counts.
 */
export function differencesFrom(state: unknown, action: Action): readonly Difference[] {
  const [best = []] = placesOf(state, action)
    .map(([shown, wanted]) => differences(shown, wanted, []))
    .sort((a, b) => count(a) - count(b));
  return best;
}

function count(differences: readonly Difference[]): number {
  return differences.filter(({ shown }) => shown === undefined).length * 1000 + differences.length;
}

/** Where in an event the values may be, each with the values wanted there. */
function placesOf(event: unknown, action: Action): readonly (readonly [shown: unknown, wanted: unknown])[] {
  const { data } = action.envelope;
  const device = valueAt(data, ['device']).value;
  const isDevice = isPlainObject(device);
  const places = isDevice ? [['data', 'device'], ['device'], []] : [['data'], []];
  const wanted = isDevice ? device : withoutPortId(data);
  return places.map((place) => [valueAt(event, place).value, wanted] as const);
}

function withoutPortId(data: unknown): unknown {
  if (!isPlainObject(data)) return data;
  const { portId, ...values } = data;
  return values;
}

function differences(shown: unknown, wanted: unknown, path: readonly string[]): readonly Difference[] {
  if (isPlainObject(wanted) && (isPlainObject(shown) || Object.keys(wanted).length > 0)) {
    const of = isPlainObject(shown) ? shown : {};
    return Object.entries(wanted).flatMap(([name, value]) =>
      differences(Object.hasOwn(of, name) ? of[name] : undefined, value, [...path, name]),
    );
  }
  return isShown(shown, wanted, path.at(-1)) ? [] : [{ property: path.join('.') || 'data', wanted, shown }];
}

function isShown(shown: unknown, wanted: unknown, name = ''): boolean {
  if (typeof wanted !== 'number') return equalJson(shown, wanted);
  const number = numberIn(shown);
  if (number === undefined) return false;
  return isLampField(name) ? isSameSetting(name, number, wanted) : isRounded(number, wanted);
}
