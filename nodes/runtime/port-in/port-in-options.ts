import type { PortSubscriber } from '../../../src/client/events/port-subscriber';
import { type Deadband, parseDeadband } from '../../../src/protocol/json/change-filter';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { parsePropertyPath } from '../../../src/protocol/stream/port-event';
import type { PortSelector } from '../../../src/protocol/topics/address';
import { parseIdList } from '../../../src/protocol/topics/ids';
import { meaningIfAbsent, type PortInOptions } from '../../options';
import { readChoice, readFlag, reading, readOption, readText } from '../options/option-reading';

/** Ports of some companies, or of every company the account lists. */
export interface PortSelection {
  readonly companies: readonly string[] | 'every';
  readonly ports: Omit<PortSelector, 'company'>;
}

/** The same if the account has to say which company. */
interface OpenSelection {
  readonly companies: "the account's";
  readonly ports: PortSelection['ports'];
}

/** The options of a port-in node, read and checked. */
export interface PortInSettings {
  readonly selection: PortSelection | OpenSelection;
  /** Where in an event the payload is; absent for the whole event. */
  readonly property?: readonly string[];
  /** Present if only what differs from a port's last payload counts. */
  readonly change?: { readonly deadband: Deadband | undefined };
  readonly initial: PortSubscriber['initial'];
  readonly names: boolean;
  readonly show: PortInOptions['show'];
  /** Whether it takes control messages. */
  readonly control: boolean;
}

/** @throws OchnoError `OCHNO_VALUE` naming the option that is unusable */
export function readPortInOptions(saved: PortInOptions): PortInSettings {
  const property = readText('property', saved.property).trim();
  const emit = readChoice('emit', saved.emit, ['every', 'change']);
  const typed = readText('deadband', saved.deadband).trim();
  // Read in any case: one that is wrong is to be found now, not when `emit` is changed.
  const deadband = typed === '' ? undefined : readOption('deadband', () => parseDeadband(typed));
  const company = readText('company', saved.company).trim();
  const companies = company === '' ? "the account's" : (readIds('company', company) ?? 'every');
  const read = (level: 'location' | 'hub' | 'port'): readonly string[] | undefined =>
    readIds(level, readText(level, saved[level]));
  return {
    selection: { companies, ports: { locations: read('location'), hubs: read('hub'), ports: read('port') } },
    ...(property === '' ? {} : { property: readOption('property', () => parsePropertyPath(property)) }),
    ...(emit === 'every' ? {} : { change: { deadband } }),
    initial: readChoice('initial', saved.initial, ['none', 'start', 'connect']),
    names: readFlag('names', saved.names),
    control: readFlag('control', saved.control),
    show: readChoice('show', saved.show, [meaningIfAbsent.show, 'value']),
  };
}

/** What was read last on each level: the next node is mostly of the same place, and of thousands each would hold a list of its own. */
const lastRead = new Map<string, { readonly text: string; readonly ids: readonly string[] | undefined }>();

function readIds(level: 'company' | 'location' | 'hub' | 'port', text: string): readonly string[] | undefined {
  const last = lastRead.get(level);
  if (last?.text === text) return last.ids;
  const ids = readOption(level, () => parseIdList(level, text));
  lastRead.set(level, { text, ids });
  return ids;
}

/** Whether the node has an input for control messages; one that is not configured answers them with the reason. */
export function hasControlInput({ control, inputs }: PortInOptions): boolean {
  const isTicked = reading(() => readFlag('control', control));
  return !isTicked.ok || isTicked.value || Number(inputs) > 0;
}

/**
 * The ports a node's options select with this account, as far as that can be told without asking the platform.
 *
 * @throws OchnoError `OCHNO_VALUE` if it is the account's company and the account has none
 */
export function selectionOf({ selection }: PortInSettings, accountCompany: string | undefined): PortSelection {
  if (selection.companies !== "the account's") return selection;
  if (accountCompany !== undefined) return { companies: [accountCompany], ports: selection.ports };
  throw new OchnoError('OCHNO_VALUE', 'No company: choose one in this node or in its account, or + for every one', {
    option: 'company',
  });
}
