import { isPlainObject } from '../json/plain-object';

type Fields = Readonly<Record<string, unknown>>;

/** Deeper than this no event is; what is deeper replaces instead of being merged, so that no stack is exhausted. */
const deepestMerge = 100;

/** What tells one device from another: the fields that a hub reads when something is plugged in. */
const identity = ['vid', 'pid', 'types', 'subtypes', 'manufacturer', 'product'] as const;

/**
 * Takes an event into what is known of a port, in the shape of the port's events: an event tells what changed, so objects
 * are merged and everything else is replaced. Another device, or none (`connected: false`), takes the values of the one
 * before with it. Neither argument is changed, but the result shares parts with them.
 */
export function mergePortState(state: unknown, event: unknown): unknown {
  if (!isPlainObject(event)) return event;
  const before = isPlainObject(state) ? state : {};
  const data = isPlainObject(event.data) ? event.data : undefined;
  if (data === undefined) return merge(withoutOldDevice(before, event), event, 0);
  const known = isPlainObject(before.data) ? before.data : {};
  return merge({ ...before, data: withoutOldDevice(known, data) }, event, 0);
}

function withoutOldDevice(known: Fields, change: Fields): Fields {
  if (known.device === undefined) return known;
  const isGone = change.connected === false || change.device === null;
  if (!isGone && !isOther(known.device, change.device)) return known;
  const { device: _, ...rest } = known;
  return rest;
}

function isOther(before: unknown, now: unknown): boolean {
  if (!isPlainObject(before) || !isPlainObject(now)) return false;
  return identity.some((field) => {
    const [old, present] = [before[field], now[field]];
    return old !== undefined && present !== undefined && JSON.stringify(old) !== JSON.stringify(present);
  });
}

function merge(known: Fields, change: Fields, depth: number): Fields {
  const merged = new Map<string, unknown>(Object.entries(known));
  for (const [key, value] of Object.entries(change)) {
    const present = merged.get(key);
    const isNested = isPlainObject(value) && isPlainObject(present) && depth < deepestMerge;
    merged.set(key, isNested ? merge(present, value, depth + 1) : value);
  }
  // An entry by this name would be one more way to a prototype for whoever copies the result carelessly.
  merged.delete('__proto__');
  return Object.fromEntries(merged);
}
