import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CompanyPlaces } from '../../../src/client/lists/company-places';
import { type Clock, systemClock } from '../../../src/client/time/clock';
import { equalJson } from '../../../src/protocol/json/json-equal';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { PortEvent } from '../../../src/protocol/stream/port-event';
import { mergePortState } from '../../../src/protocol/stream/port-state';
import type { PortAddress } from '../../../src/protocol/topics/address';
import type { CompanyKey, CompanyLayout, Frame, PortChange, PortEntry } from '../../sidebar-messages';
import type { Account } from '../account/shared-account';

/** Two editors that open at once are answered from one reading. */
const sharedReadingMs = 2_000;

/** A snapshot is one event for each port: what it brings that was not known is read in one answer. */
const snapshotMs = 500;

/** So long after somebody began to look, events are listened to if nothing is being read. */
const listenAtLatestMs = 2_000;

/** How often the lists are read instead of events being heard. */
const readEveryMs = 15_000;

interface Heard {
  readonly address: PortAddress;
  readonly at: number;
  readonly data: unknown;
}

interface WatchedCompanyParts {
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
  /** Ends listening, or waiting for it to begin. */
  #end: () => void;
  #mayListen = true;
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
    this.#end = this.#clock.after(listenAtLatestMs, () => this.listen());
  }

  /**
   * Hears from now on what becomes of its ports: best once they were read, since opening a stream takes its time and the ports
   * are then read again.
   */
  listen(): void {
    if (!this.#mayListen) return;
    this.#mayListen = false;
    this.#end();
    const { account, key, onStale } = this.#parts;
    try {
      this.#end = account.subscribe(
        { company: key.company },
        {
          isOnlooker: true,
          // What was read before the broker had granted the subscription may have changed unheard.
          initial: 'connect',
          onEvent: (event) => (event.kind === 'snapshot' ? this.#onSnapshot(event) : this.#onEvent(event)),
          // What can't be read shows nothing; a node that listens reports it.
          onUnreadable: () => undefined,
          onGap: ({ reason }) => (reason === 'rate' ? this.#readInstead() : onStale()),
          // The tree still shows what the lists say; the stream's health says what was refused.
          onRefused: () => undefined,
        },
      );
    } catch {
      // An id that no topic can hold, or an account that is closing: reading it says which.
    }
  }

  /**
   * The account is another one after a deploy, and nobody reads the company anew for that: what was told of it goes on
   * counting, so that what changes before events are heard again is told then. To be called before the other one is closed.
   */
  goOnFrom(before: WatchedCompany): void {
    takeOver(this.#heard, before.#heard);
    takeOver(this.#pending, before.#pending);
    takeOver(this.#told, before.#told);
    // Who reads it just now began to with the account before.
    if (this.#told.size === 0) this.#staleSoon();
    if (this.hasNews) this.#parts.onChange();
    this.listen();
  }

  /**
   * What its ports are in, and later, since that list is long, the ports; whoever takes them calls `listen` then. Both are
   * rejected as `lists.places` is.
   */
  read(): { readonly layout: Promise<CompanyLayout>; readonly ports: Promise<readonly PortEntry[]> } {
    const { lists } = this.#parts.account;
    const { company } = this.key;
    const age = { maxAgeMs: sharedReadingMs };
    // What the snapshot puts right is what was told: one that came before the ports would be passed over.
    if (this.#mayListen) this.#end();
    const ports = lists.places(company, age).then((places) => this.#entries(places));
    // Who waits for the layout first hears of a failure there.
    ports.catch(() => undefined);
    return { layout: lists.layout(company, age).then(shownLayout), ports };
  }

  async #entries(places: CompanyPlaces): Promise<readonly PortEntry[]> {
    // Reading ten thousand ports has taken its time: the flows have their turn.
    await nextTurn();
    const readAt = places.readAt.ports ?? 0;
    for (const [key, { at }] of this.#heard) if (at < readAt) this.#heard.delete(key);
    this.#told.clear();
    return places.ports.map((port): PortEntry => {
      const { id, name, hub, location, floorPlan, state } = port;
      const place = placeOf({ location, hub, port: id });
      const heard = this.#heard.get(place);
      const listed = { id: hub, data: { portId: id, ...state } };
      this.#told.set(place, listed);
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
    this.#mayListen = false;
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
    const place = placeOf(event.address);
    const told = this.#told.get(place);
    const heard = this.#heard.get(place);
    const known = heard === undefined ? told : mergePortState(told, heard.data);
    if (told === undefined) this.#staleSoon();
    else if (!equalJson(dataOf(event.data), dataOf(known))) this.#onEvent(event);
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

function shownLayout({ locations, floorPlans, hubs }: CompanyLayout): CompanyLayout {
  return {
    locations: locations.map(({ id, name }) => ({ id, name })),
    floorPlans: floorPlans.map(({ id, name, location }) => ({ id, name, location })),
    hubs: hubs.map(({ id, name, location, floorPlan }) => ({ id, name, location, floorPlan })),
  };
}

/** What an event says, without what it says it with. */
function dataOf(state: unknown): unknown {
  return isPlainObject(state) ? state.data : state;
}

function takeOver<Value>(own: Map<string, Value>, others: ReadonlyMap<string, Value>): void {
  for (const [place, value] of others) own.set(place, value);
}

function placeOf({ location, hub, port }: Omit<PortAddress, 'company'>): string {
  return `${location}/${hub}/${port}`;
}
