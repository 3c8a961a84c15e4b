import { type PortAddress, type PortSelector, parsePortTopic } from './address';

/** Who wants a topic. The same object for the same topic until listeners change or the topic has long been silent. */
export interface TopicMatch<L> {
  readonly address: PortAddress;
  /** In the order they were added, each once; empty if nobody wants the topic. */
  readonly listeners: readonly L[];
}

/** One `add`: who, what for, and when it came. */
export interface TopicEntry<L> {
  readonly selector: PortSelector;
  readonly listener: L;
  readonly order: number;
  /** Present where the keys it is filed under cover more than it wants. */
  readonly check: ((address: PortAddress) => boolean) | undefined;
}

/** Everything filed under one key. Most keys are of one entry, and there may be thousands of them: it needs no list. */
type Drawer<L> = TopicEntry<L> | SharedDrawer<L>;

interface SharedDrawer<L> {
  readonly entries: TopicEntry<L>[];
  /** Who is in it, once that was asked for; `differ` if it takes a check to tell who wants a topic. */
  listeners: readonly L[] | 'differ' | undefined;
}

/** What was found for a topic, `undefined` if it is not a port's, and what it takes to remember it, in references. */
interface Finding<L> {
  readonly match: TopicMatch<L> | undefined;
  readonly size: number;
}

type Level = string | undefined;

const anyOne: readonly Level[] = [undefined];
/** In a key, any id; no id can be this. */
const any = '+';
/** A selector whose ids make more combinations than this is filed under fewer, wider keys and checked when one fits. */
const mostKeysOfSelector = 64;
/** What may be remembered, in references (8 bytes), before what was not asked for lately is forgotten. */
const generationSize = 2 ** 20;
/** What a remembered topic takes beside a list of its own. */
const topicSize = 32;

/**
 * Finds the listeners for a topic, however many there are: every selector is filed under the addresses it stands for, with
 * `+` where it takes any id, and a topic is looked up under each of the eight ways to replace its ids by `+`. What was
 * found is remembered per topic, so that the next event on it costs one look-up (about 0.2 µs).
 */
export class TopicTree<L> {
  readonly #drawers = new Map<string, Drawer<L>>();
  #added = 0;
  #isStale = false;
  /** By topic: those asked for lately, and those of the time before. */
  #recent = new Map<string, Finding<L>>();
  #recentSize = 0;
  #older = new Map<string, Finding<L>>();

  /**
   * From now on `listener` hears of the topics `selector` selects; once for each topic, however often it is added.
   *
   * @returns what `remove` takes this addition back by
   */
  add(selector: PortSelector, listener: L): TopicEntry<L> {
    const { keys, isExact } = keysOf(selector);
    const check = isExact ? undefined : checkOf(selector);
    const entry: TopicEntry<L> = { selector, listener, order: this.#added, check };
    this.#added += 1;
    for (const key of keys) this.#file(key, entry);
    this.#isStale = true;
    return entry;
  }

  /** Takes an addition back; a second time it does nothing. */
  remove(entry: TopicEntry<L>): void {
    for (const key of keysOf(entry.selector).keys) this.#unfile(key, entry);
    this.#isStale = true;
  }

  /** Who wants `topic`; `undefined` if that is not a port's topic. */
  match(topic: string): TopicMatch<L> | undefined {
    if (this.#isStale) this.#forget();
    const known = this.#recent.get(topic);
    if (known !== undefined) return known.match;
    const finding = this.#older.get(topic) ?? this.#find(topic);
    if (this.#recentSize >= generationSize) this.#age();
    this.#recent.set(topic, finding);
    this.#recentSize += finding.size;
    return finding.match;
  }

  #age(): void {
    this.#older = this.#recent;
    this.#recent = new Map();
    this.#recentSize = 0;
  }

  #forget(): void {
    this.#isStale = false;
    this.#age();
    this.#older = new Map();
  }

  #file(key: string, entry: TopicEntry<L>): void {
    const drawer = this.#drawers.get(key);
    if (drawer === undefined) {
      this.#drawers.set(key, entry);
    } else if (isShared(drawer)) {
      drawer.entries.push(entry);
      drawer.listeners = undefined;
    } else {
      this.#drawers.set(key, { entries: [drawer, entry], listeners: undefined });
    }
  }

  #unfile(key: string, entry: TopicEntry<L>): void {
    const drawer = this.#drawers.get(key);
    if (drawer === entry) this.#drawers.delete(key);
    if (drawer === undefined || !isShared(drawer)) return;
    const index = drawer.entries.indexOf(entry);
    if (index < 0) return;
    drawer.entries.splice(index, 1);
    drawer.listeners = undefined;
    if (drawer.entries.length === 0) this.#drawers.delete(key);
  }

  #find(topic: string): Finding<L> {
    const address = parsePortTopic(topic);
    if (address === undefined) return { match: undefined, size: topicSize };
    const drawers = keysFor(address).flatMap((key) => this.#drawers.get(key) ?? []);
    const [first] = drawers;
    const shared = drawers.length === 1 && first && isShared(first) ? listenersOfDrawer(first) : undefined;
    if (shared !== undefined) return { match: { address, listeners: shared }, size: topicSize };
    const listeners = listenersOf(drawers, address);
    return { match: { address, listeners }, size: topicSize + listeners.length };
  }
}

function isShared<L>(drawer: Drawer<L>): drawer is SharedDrawer<L> {
  return 'entries' in drawer;
}

/** One list for all topics that nothing but this drawer covers; `undefined` where they may differ. */
function listenersOfDrawer<L>(drawer: SharedDrawer<L>): readonly L[] | undefined {
  drawer.listeners ??= listNow(drawer);
  return drawer.listeners === 'differ' ? undefined : drawer.listeners;
}

function listNow<L>({ entries }: SharedDrawer<L>): readonly L[] | 'differ' {
  const listeners = new Set<L>();
  for (const { listener, check } of entries) {
    if (check !== undefined) return 'differ';
    listeners.add(listener);
  }
  return [...listeners];
}

function listenersOf<L>(drawers: readonly Drawer<L>[], address: PortAddress): readonly L[] {
  const entries: TopicEntry<L>[] = [];
  for (const drawer of drawers) {
    for (const entry of isShared(drawer) ? drawer.entries : [drawer]) {
      if (entry.check?.(address) ?? true) entries.push(entry);
    }
  }
  entries.sort((one, other) => one.order - other.order);
  return [...new Set(entries.map((entry) => entry.listener))];
}

function keyOf(company: string, location: Level, hub: Level, port: Level): string {
  // Joined, it is one text; put together otherwise, it would hold on to each of its parts.
  return [company, location ?? any, hub ?? any, port ?? any].join('/');
}

/** Every key under which someone who wants this address may be filed. */
function keysFor({ company, location, hub, port }: PortAddress): string[] {
  return [location, undefined].flatMap((l) =>
    [hub, undefined].flatMap((h) => [port, undefined].map((p) => keyOf(company, l, h, p))),
  );
}

/** The keys of a selector, and whether they say all of it. */
function keysOf({ company, locations, hubs, ports }: PortSelector): { keys: readonly string[]; isExact: boolean } {
  const levels: (readonly Level[])[] = [locations ?? anyOne, hubs ?? anyOne, ports ?? anyOne];
  let isExact = true;
  while (levels.reduce((product, ids) => product * ids.length, 1) > mostKeysOfSelector) {
    const most = Math.max(...levels.map((ids) => ids.length));
    levels[levels.findIndex((ids) => ids.length === most)] = anyOne;
    isExact = false;
  }
  const [ls = [], hs = [], ps = []] = levels;
  const keys: string[] = [];
  for (const l of ls) for (const h of hs) for (const p of ps) keys.push(keyOf(company, l, h, p));
  return { keys, isExact };
}

/** As `selects`, for lists so long that searching them each time would tell. */
function checkOf({ locations, hubs, ports }: PortSelector): (address: PortAddress) => boolean {
  const [ls, hs, ps] = [locations, hubs, ports].map((ids) => ids && new Set(ids));
  return ({ location, hub, port }) => (ls?.has(location) ?? true) && (hs?.has(hub) ?? true) && (ps?.has(port) ?? true);
}
