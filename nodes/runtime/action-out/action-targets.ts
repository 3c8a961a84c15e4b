import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { PortAddress } from '../../../src/protocol/topics/address';
import { parseIdList, readId } from '../../../src/protocol/topics/ids';
import type { Message } from '../node-red';

/** Where an action goes: ids or, but for the company, `+` for every one there that takes it. */
export interface TargetFields {
  readonly company: string;
  readonly location: string;
  readonly hub: string;
  readonly ports: readonly string[];
}

/** Such an address as a node or a message gives it: what is absent has to come from elsewhere. */
export type AddressFields = { readonly [field in keyof TargetFields]: TargetFields[field] | undefined };

/**
 * Reads `company`, `location`, `hub` and `port` out of a node's options or `msg.ochno`. Numbers count as their digits;
 * `port` may name several, by commas or as an array; `+` is any of them.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the field that is not an id
 */
export function readAddressFields(given: Readonly<Record<string, unknown>>): AddressFields {
  return {
    company: idIn('company', given.company),
    location: idOrAnyIn('location', given.location),
    hub: idOrAnyIn('hub', given.hub),
    ports: readPorts(given.port),
  };
}

/**
 * Where an action goes: what the node's options leave empty comes from `msg.ochno`, the company at last from the
 * account.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the field that is missing or not an id
 */
export function readTargets(fixed: AddressFields, msg: Message, accountCompany: string | undefined): TargetFields {
  const given = isPlainObject(msg.ochno) ? msg.ochno : {};
  const company = fixed.company ?? idIn('msg.ochno.company', given.company) ?? accountCompany ?? missing('company');
  const location = fixed.location ?? idOrAnyIn('msg.ochno.location', given.location) ?? missing('location');
  const hub = fixed.hub ?? idOrAnyIn('msg.ochno.hub', given.hub) ?? missing('hub');
  const ports = fixed.ports ?? readPorts(given.port, 'msg.ochno.port') ?? missing('port');
  return { company, location, hub, ports };
}

/** The ports a node's options alone name; none if a message or the platform's lists have to say more. */
export function fixedTargets(fixed: AddressFields, accountCompany: string | undefined): readonly PortAddress[] {
  const { company = accountCompany, location, hub, ports = [] } = fixed;
  if (company === undefined || location === undefined || hub === undefined) return [];
  if ([location, hub, ...ports].includes('+')) return [];
  return ports.map((port) => ({ company, location, hub, port }));
}

function missing(field: string): never {
  throw new OchnoError(
    'OCHNO_VALUE',
    `The action has no ${field}: choose one in the node or give it as msg.ochno.${field}`,
  );
}

function idIn(field: string, given: unknown): string | undefined {
  if (given === undefined || given === null || (typeof given === 'string' && given.trim() === '')) return undefined;
  return readId(field, given);
}

function idOrAnyIn(field: string, given: unknown): string | undefined {
  return typeof given === 'string' && given.trim() === '+' ? '+' : idIn(field, given);
}

function readPorts(given: unknown, field = 'port'): readonly string[] | undefined {
  if (typeof given === 'string' && given.includes(',')) return parseIdList(field, given);
  if (!Array.isArray(given)) {
    const only = idOrAnyIn(field, given);
    return only === undefined ? undefined : [only];
  }
  const ports = given.map((id: unknown) => idOrAnyIn(field, id)).filter((id) => id !== undefined);
  return ports.length === 0 ? undefined : [...new Set(ports)];
}
