import type { PortSubscriber } from '../../../src/client/events/port-subscriber';
import type { PortEvent } from '../../../src/protocol/stream/port-event';
import { type PortAddress, selects } from '../../../src/protocol/topics/address';
import type { Account } from '../account/shared-account';
import type { Equipment } from '../set-up';
import type { PortInSettings, PortSelection } from './port-in-options';
import type { PortListener } from './port-listener';
import { SelectedPorts } from './selected-ports';

/** A selection that was added to what the node listens to, or taken from it. */
interface Change {
  readonly selection: PortSelection;
  /** Of one that was added. */
  readonly ports?: SelectedPorts;
}

/** An address as control messages have it: ids with commas between them, `+` for any. */
interface AddressText {
  readonly company: string;
  readonly location: string;
  readonly hub: string;
  readonly port: string;
}

/** Some of the ports listened to, and what was taken from them. */
interface ListenedAddress extends AddressText {
  readonly except?: readonly AddressText[];
}

/**
 * What a node listens to: the ports its options select, and what control messages have added to and taken from them. Of a
 * port that several changes are about, the last one counts; so each of its events comes once.
 */
export class ListenedPorts {
  readonly #equipment: Equipment<PortInSettings>;
  readonly #account: Account;
  readonly #listener: PortListener;
  #changes: readonly Change[] = [];

  constructor(equipment: Equipment<PortInSettings>, account: Account, listener: PortListener) {
    this.#equipment = equipment;
    this.#account = account;
    this.#listener = listener;
  }

  /** @param name who the subscriber is over deploys; one that a message added is gone with the next */
  add(selection: PortSelection, name?: string): void {
    const change: { selection: PortSelection; ports?: SelectedPorts } = { selection };
    const subscriber = this.#subscriber(change, name);
    change.ports = new SelectedPorts(this.#equipment, this.#account, selection, subscriber);
    this.#put(change);
    change.ports.begin(() => this.#showCompanies());
  }

  remove(selection: PortSelection): void {
    this.#put({ selection });
    this.#showCompanies();
  }

  /** Whether the node listens to a port. */
  wants(address: PortAddress): boolean {
    return this.#lastAbout(address)?.ports !== undefined;
  }

  /** The companies with something to listen to, as far as they are known. */
  get companies(): readonly string[] {
    return [...new Set(this.#changes.flatMap(({ ports }) => ports?.companies ?? []))];
  }

  get addresses(): readonly ListenedAddress[] {
    return this.#changes.flatMap(({ selection, ports }, index) => {
      if (!ports) return [];
      const later = this.#changes.slice(index + 1);
      const except = later.filter((other) => !other.ports && overlaps(other.selection, selection));
      const address = textOf(selection);
      return [except.length === 0 ? address : { ...address, except: except.map((other) => textOf(other.selection)) }];
    });
  }

  end(): void {
    for (const { ports } of this.#changes) ports?.end();
    this.#changes = [];
  }

  /** What the new change covers does not matter any more, nor does a removal from nothing. */
  #put(change: Change): void {
    const kept = this.#changes.filter((earlier) => !covers(change.selection, earlier.selection));
    for (const earlier of this.#changes) if (!kept.includes(earlier)) earlier.ports?.end();
    const matters = change.ports || kept.some(({ ports, selection }) => ports && overlaps(selection, change.selection));
    this.#changes = matters ? [...kept, change] : kept;
  }

  #subscriber(change: Change, name: string | undefined): PortSubscriber {
    const listener = this.#listener;
    return {
      name,
      initial: listener.initial,
      onEvent: (event: PortEvent) => {
        if (this.#lastAbout(event.address) === change) listener.onEvent(event);
      },
      onUnreadable: (unreadable) => {
        if (this.#lastAbout(unreadable.address) === change) listener.onUnreadable(unreadable);
      },
      onGap: (gap) => listener.onGap(gap),
      onRefused: (error) => listener.onRefused(error),
    };
  }

  #lastAbout(address: PortAddress): Change | undefined {
    return this.#changes.findLast(({ selection }) => isIn(selection, address));
  }

  #showCompanies(): void {
    const areKnown = this.#changes.every(({ ports }) => !ports || ports.companies);
    this.#equipment.showConnectionOf(areKnown ? this.companies : undefined);
  }
}

export function isIn({ companies, ports }: PortSelection, address: PortAddress): boolean {
  const { company } = address;
  return (companies === 'every' || companies.includes(company)) && selects({ ...ports, company }, address);
}

/** Per level the ids, or `undefined` for any. */
function levelsOf({ companies, ports }: PortSelection): readonly (readonly string[] | undefined)[] {
  return [companies === 'every' ? undefined : companies, ports.locations, ports.hubs, ports.ports];
}

function covers(wide: PortSelection, narrow: PortSelection): boolean {
  const narrower = levelsOf(narrow);
  return levelsOf(wide).every(
    (ids, level) => ids === undefined || (narrower[level]?.every((id) => ids.includes(id)) ?? false),
  );
}

function overlaps(one: PortSelection, other: PortSelection): boolean {
  const others = levelsOf(other);
  return levelsOf(one).every((ids, level) => {
    const there = others[level];
    return ids === undefined || there === undefined || ids.some((id) => there.includes(id));
  });
}

function textOf(selection: PortSelection): AddressText {
  const [company = '+', location = '+', hub = '+', port = '+'] = levelsOf(selection).map((ids) => ids?.join(','));
  return { company, location, hub, port };
}
