import type { PortSubscriber } from '../../../src/client/events/port-subscriber';
import { type Deadband, parseDeadband } from '../../../src/protocol/json/change-filter';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { parsePropertyPath } from '../../../src/protocol/stream/port-event';
import type { PortSelector } from '../../../src/protocol/topics/address';
import { parseIdList } from '../../../src/protocol/topics/ids';
import type { PortInOptions } from '../../options';
import { readChoice, readText } from '../options/option-reading';

/** The ports a node wants, its companies apart: they may be the account's, or every one it lists. */
export interface PortSelection {
  /** Empty text was left for the account to fill in. */
  readonly companies: readonly string[] | 'every' | "the account's";
  readonly ports: Omit<PortSelector, 'company'>;
}

/** The options of a port-in node, read and checked. */
export interface PortInSettings {
  readonly selection: PortSelection;
  /** Where in an event the payload is; absent for the whole event. */
  readonly property?: readonly string[];
  /** Present where only what differs from a port's last payload counts. */
  readonly change?: { readonly deadband: Deadband | undefined };
  readonly initial: PortSubscriber['initial'];
}

/** @throws OchnoError `OCHNO_VALUE` naming the option that is unusable */
export function readPortInOptions(saved: PortInOptions): PortInSettings {
  const property = readText('property', saved.property).trim();
  const emit = readChoice('emit', saved.emit, ['every', 'change']);
  const typed = readText('deadband', saved.deadband).trim();
  // Read in any case: one that is wrong is to be found now, not when `emit` is changed.
  const deadband = typed === '' ? undefined : parseDeadband(typed);
  return {
    selection: readSelection(saved),
    ...(property === '' ? {} : { property: parsePropertyPath(property) }),
    ...(emit === 'every' ? {} : { change: { deadband } }),
    initial: readChoice('initial', saved.initial, ['none', 'start', 'connect']),
  };
}

function readSelection(saved: PortInOptions): PortSelection {
  const company = readText('company', saved.company);
  const locations = parseIdList('location', readText('location', saved.location));
  const hubs = parseIdList('hub', readText('hub', saved.hub));
  const ports = parseIdList('port', readText('port', saved.port));
  return {
    companies: company === '' ? "the account's" : (parseIdList('company', company) ?? 'every'),
    ports: { ...(locations && { locations }), ...(hubs && { hubs }), ...(ports && { ports }) },
  };
}

/**
 * The companies a selection means with this account, as far as that can be told without asking the platform.
 *
 * @throws OchnoError `OCHNO_VALUE` where it is the account's company and the account has none
 */
export function companiesOf(
  { companies }: PortSelection,
  accountCompany: string | undefined,
): readonly string[] | 'every' {
  if (companies !== "the account's") return companies;
  if (accountCompany !== undefined) return [accountCompany];
  throw new OchnoError('OCHNO_VALUE', 'No company: choose one in this node or in its account, or + for every one');
}
