import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { PortAddress } from '../../../src/protocol/topics/address';
import { readId } from '../../../src/protocol/topics/ids';
import type { Message } from '../node-red';

/** An address as a node or a message gives it: what is absent has to come from elsewhere. */
export interface AddressFields {
  readonly company?: string;
  readonly location?: string;
  readonly hub?: string;
  readonly ports?: readonly string[];
}

/**
 * Reads `company`, `location`, `hub` and `port` out of a node's options or `msg.ochno`. Numbers count as their digits;
 * `port` may name several, by commas or as an array.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the field that is no id
 */
export function readAddressFields(given: Readonly<Record<string, unknown>>): AddressFields {
  const company = idIn('company', given.company);
  const location = idIn('location', given.location);
  const hub = idIn('hub', given.hub);
  const ports = readPorts(given.port);
  return {
    ...(company === undefined ? {} : { company }),
    ...(location === undefined ? {} : { location }),
    ...(hub === undefined ? {} : { hub }),
    ...(ports === undefined ? {} : { ports }),
  };
}

/**
 * The ports an action goes to: what the node's options leave empty comes from `msg.ochno`, the company at last from the
 * account.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the field that is missing or no id
 */
export function readTargets(
  fixed: AddressFields,
  msg: Message,
  accountCompany: string | undefined,
): readonly PortAddress[] {
  const given = isPlainObject(msg.ochno) ? msg.ochno : {};
  const company = fixed.company ?? idIn('msg.ochno.company', given.company) ?? accountCompany ?? missing('company');
  const location = fixed.location ?? idIn('msg.ochno.location', given.location) ?? missing('location');
  const hub = fixed.hub ?? idIn('msg.ochno.hub', given.hub) ?? missing('hub');
  const ports = fixed.ports ?? readPorts(given.port, 'msg.ochno.port') ?? missing('port');
  return ports.map((port) => ({ company, location, hub, port }));
}

/** The ports a node's options alone lead to; none where a message has to say more. */
export function fixedTargets(fixed: AddressFields, accountCompany: string | undefined): readonly PortAddress[] {
  const { company = accountCompany, location, hub, ports = [] } = fixed;
  if (company === undefined || location === undefined || hub === undefined) return [];
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

function readPorts(given: unknown, field = 'port'): readonly string[] | undefined {
  const isList = typeof given === 'string' && given.includes(',');
  const listed: unknown = isList ? given.split(',') : given;
  if (!Array.isArray(listed)) {
    const only = idIn(field, listed);
    return only === undefined ? undefined : [only];
  }
  const ports = listed.map((id: unknown) => idIn(field, id)).filter((id) => id !== undefined);
  return ports.length === 0 ? undefined : [...new Set(ports)];
}
