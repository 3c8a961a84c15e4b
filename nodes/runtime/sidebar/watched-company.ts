import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../../src/client/time/clock';
import { equalJson } from '../../../src/protocol/json/json-equal';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { PortEvent } from '../../../src/protocol/stream/port-event';
import { mergePortState } from '../../../src/protocol/stream/port-state';
import type { PortAddress } from '../../../src/protocol/topics/address';
import type { CompanyContent, CompanyKey, Frame, PortChange, PortEntry } from '../../sidebar-messages';
import type { Account } from '../account/shared-account';

/** Two editors that open at once are answered from one reading. */
const sharedReadingMs = 2_000;

/** A snapshot is one event for each port: what it brings that was not known is read in one answer. */
const snapshotMs = 500;

/** How often the lists are read instead of events being heard. */
const readEveryMs = 15_000;

interface Heard {
  readonly address: PortAddress;
  readonly at: number;
  readonly data: unknown;
}

export interface WatchedCompanyParts {
  readonly key: CompanyKey;
  readonly account: Pick<Account, 'subscribe' | 'lists'>;
  readonly clock?: Clock;
  /** There is something to be told. */
  onChange(): void;
  /** Events were missed: what was read before may be wrong. */
  onStale(): void;
}

/** A company that somebody looks at: what its ports are, and what becomes of them. */
export class WatchedCompany {
  readonly key: CompanyKey;
  readonly #parts: WatchedCompanyParts;
  readonly #clock: Clock;
  readonly #end: () => void;
  /** By port, all that its events said since the lists were read. */
  readonly #heard = new Map<string, Heard>();
  /** By port, what is to be told. */
  readonly #pending = new Map<string, Heard>();
  /** By port, what was told of it when the lists were read last. */
  readonly #told = new Map<string, unknown>();
  #cancelStale: (() => void) | undefined;

  constructor(parts: WatchedCompanyParts) {
    this.#parts = parts;
    this.key = parts.key;
    this.#clock = parts.clock ?? systemClock;
    this.#end = parts.account.subscribe(
      { company: parts.key.company },
      {
        // What was read before the broker had granted the subscription may have changed unheard.
        initial: 'connect',
        onEvent: (event) => (event.kind === 'snapshot' ? this.#onSnapshot(event) : this.#onEvent(event)),
        // What can't be read shows nothing; a node that listens reports it.
        onUnreadable: () => undefined,
        onGap: ({ reason }) => (reason === 'rate' ? this.#readInstead() : parts.onStale()),
        // The tree still shows what the lists say; the stream's health says what was refused.
        onRefused: () => undefined,
      },
    );
  }

  /** Its lists and the present state of its ports. Throws as `lists.places`. */
  async read(): Promise<CompanyContent> {
    const places = await this.#parts.account.lists.places(this.key.company, { maxAgeMs: sharedReadingMs });
    // Reading ten thousand ports has taken its time: the flows have their turn.
    await nextTurn();
    const readAt = places.readAt.ports ?? 0;
    for (const [key, { at }] of this.#heard) if (at < readAt) this.#heard.delete(key);
    this.#told.clear();
    const ports = places.ports.map((port): PortEntry => {
      const { id, name, hub, location, floorPlan, state } = port;
      const place = placeOf({ location, hub, port: id });
      const heard = this.#heard.get(place);
      const listed = { id: hub, data: { portId: id, ...state } };
      this.#told.set(place, listed.data);
      const heardAt = Math.max(port.heardAt ?? 0, heard?.at ?? 0);
      return {
        id,
        name,
        hub,
        location,
        floorPlan,
        heardAt,
        state: heard ? mergePortState(listed, heard.data) : listed,
      };
    });
    const { locations, floorPlans, hubs } = places;
    return {
      locations: locations.map(({ id, name }) => ({ id, name })),
      floorPlans: floorPlans.map(({ id, name, location }) => ({ id, name, location })),
      hubs: hubs.map(({ id, name, location, floorPlan }) => ({ id, name, location, floorPlan })),
      ports,
    };
  }

  get hasNews(): boolean {
    return this.#pending.size > 0;
  }

  /**
   * What changed since the last frame, the longest waiting first, in at most so many characters of JSON or one change.
   *
   * @param frame its number
   */
  takeFrame(frame: number, mostCharacters: number): { readonly frame: Frame; readonly characters: number } {
    const changes: PortChange[] = [];
    let characters = 0;
    for (const [key, { address, at, data }] of this.#pending) {
      const { location, hub, port } = address;
      const change = { location, hub, port, at, data };
      const size = JSON.stringify(change).length;
      if (changes.length > 0 && characters + size > mostCharacters) break;
      characters += size;
      changes.push(change);
      this.#pending.delete(key);
    }
    return { frame: { ...this.key, frame, changes }, characters };
  }

  close(): void {
    this.#end();
    this.#cancelStale?.();
    this.#pending.clear();
    this.#heard.clear();
    this.#told.clear();
  }

  /**
   * AWS discards what is too much for a connection, whoever it is for: somebody who only looks must not cost the flows
   * their events. From now on the lists are read again and again instead.
   */
  #readInstead(): void {
    this.#end();
    this.#cancelStale?.();
    const readAgain = (): void => {
      this.#cancelStale = this.#clock.after(readEveryMs, readAgain);
      this.#parts.onStale();
    };
    readAgain();
  }

  /** What a port is now, once the subscription is granted. Mostly what was told already, of ten thousand ports perhaps. */
  #onSnapshot(event: PortEvent): void {
    if (this.#told.size === 0) return;
    const told = this.#told.get(placeOf(event.address));
    if (told === undefined) this.#staleSoon();
    else if (!isPlainObject(event.data) || !equalJson(event.data.data, told)) this.#onEvent(event);
  }

  #staleSoon(): void {
    this.#cancelStale ??= this.#clock.after(snapshotMs, () => {
      this.#cancelStale = undefined;
      this.#parts.onStale();
    });
  }

  #onEvent({ address, data }: PortEvent): void {
    const key = placeOf(address);
    const at = this.#clock.now();
    for (const kept of [this.#heard, this.#pending]) {
      const before = kept.get(key);
      kept.set(key, { address, at, data: before === undefined ? data : mergePortState(before.data, data) });
    }
    this.#parts.onChange();
  }
}

function placeOf({ location, hub, port }: Omit<PortAddress, 'company'>): string {
  return `${location}/${hub}/${port}`;
}
