import { operationsOf } from '../../../src/protocol/rest/resource-request';
import {
  type ActionOutOptions,
  actionOutDefaults,
  type ConfigOptions,
  type PortInOptions,
  portInDefaults,
  type RestOptions,
  restDefaults,
} from '../../options';
import type { Texts } from '../dialog/catalogue';
import { idsIn } from '../dialog/id-list';
import type { KnownNames } from '../places/known-names';

interface LabelledAddress {
  readonly company: string;
  readonly location: string;
  readonly hub: string;
  readonly port: string;
}

/** The one thing named, by its name if that is known, or how many there are. */
function namedOr(
  ids: readonly string[],
  nameOf: (id: string) => string | undefined,
  several: (number: number) => string,
): string {
  const [only] = ids;
  if (only === undefined) return '';
  return ids.length === 1 ? (nameOf(only) ?? only) : several(ids.length);
}

/** From the narrowest place that is named: `Desk 12 › Port 1`, `Stockholm HQ`, or empty if nothing is. */
function placeLabel(address: LabelledAddress, names: KnownNames, texts: Texts): string {
  const hubs = idsIn(address.hub);
  const hub = namedOr(
    hubs,
    (id) => names.of('hub', id),
    (number) => texts('label.hubs', { number }),
  );
  const portName = (id: string): string | undefined =>
    hubs.length === 1 ? names.of('port', `${hubs[0]}/${id}`) : undefined;
  const port = namedOr(idsIn(address.port), portName, (number) => texts('label.ports', { number }));
  // Ports are often named after their hub: `Desk 12 · Lamp` says it all.
  const bare = hubs.length === 1 ? names.of('hub-alone', hubs[0] ?? '') : undefined;
  if (bare !== undefined && port.startsWith(bare)) return `${port}${hub.slice(bare.length)}`;
  if (hub !== '' && port.startsWith(hub)) return port;
  if (hub !== '' || port !== '') return [hub, port].filter((part) => part !== '').join(' › ');
  const location = namedOr(
    idsIn(address.location),
    (id) => names.of('location', id),
    (number) => texts('label.locations', { number }),
  );
  if (location !== '') return location;
  return namedOr(
    idsIn(address.company),
    (id) => names.of('company', id),
    (number) => texts('label.companies', { number }),
  );
}

/** The end of a property's path says what it is: `lamp.level` of `data.device.lamp.level`. */
function propertyLabel(property: string): string {
  return property.replace(/^data\./, '').replace(/^device\./, '');
}

function joined(parts: readonly string[], otherwise: string): string {
  return parts.filter((part) => part !== '').join(' › ') || otherwise;
}

/** A flow may leave options out, as one written by hand does. */
function complete<Options extends object>(node: Options, defaults: Options): Options {
  const saved = Object.entries(node).filter(
    ([name, value]) => name in defaults && value !== undefined && value !== null,
  );
  return { ...defaults, ...Object.fromEntries(saved) };
}

type LabelledAccount = Pick<ConfigOptions, 'name' | 'server' | 'company'>;

/** An account without a name is called by its server and company, and by its id too where another is called the same. */
export function accountLabel(
  account: LabelledAccount & { readonly id: string },
  others: readonly LabelledAccount[],
  names: KnownNames,
  texts: Texts,
): string {
  const labelOf = ({ name, server, company }: LabelledAccount): string => {
    const host = server?.replace(/^https?:\/\//, '') || texts('palette.node');
    return name || (company ? `${host} · ${names.of('company', company) ?? company}` : host);
  };
  const label = labelOf(account);
  return others.some((other) => labelOf(other) === label) ? `${label} · ${account.id.slice(0, 4)}` : label;
}

export function portInLabel(saved: PortInOptions, names: KnownNames, texts: Texts): string {
  const node = complete(saved, portInDefaults);
  if (node.name) return node.name;
  return joined([placeLabel(node, names, texts), propertyLabel(node.property)], texts('palette.node'));
}

export function actionOutLabel(saved: ActionOutOptions, names: KnownNames, texts: Texts): string {
  const node = complete(saved, actionOutDefaults);
  if (node.name) return node.name;
  const place = placeLabel(node, names, texts);
  return place === '' ? texts('palette.node') : `${place} › ${texts(`label.command-${node.command}`)}`;
}

export function restLabel(saved: RestOptions, texts: Texts): string {
  const node = complete(saved, restDefaults);
  if (node.name) return node.name;
  if (node.resource === 'custom') return node.path === '' ? texts('palette.node') : `${node.method} ${node.path}`;
  if (node.resource === 'metrics') return joined([texts('resource.metrics'), fixed(node.target, node.targetType)], '');
  const operation = operationsOf(node.resource).includes(node.operation)
    ? texts(`label.do-${node.operation}`)
    : node.operation;
  return joined([`${operation} ${texts(`resource.${node.resource}`)}`, fixed(node.target, node.targetType)], '');
}

function fixed(value: string, type: string): string {
  return type === 'str' ? value : '';
}
