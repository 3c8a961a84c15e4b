import { OchnoError } from '../ochno-error';
import { deepestNesting } from '../stream/port-event';
import { isPlainObject } from './plain-object';

function merge(target: unknown, patch: unknown, depth: number): unknown {
  if (!isPlainObject(patch)) return patch;
  if (depth > deepestNesting) {
    throw new OchnoError('OCHNO_VALUE', `body: is nested more than ${deepestNesting} deep`);
  }
  const merged = new Map<string, unknown>(isPlainObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), value, depth + 1));
  }
  // An entry by this name would be one more way to a prototype for whoever copies the result carelessly.
  merged.delete('__proto__');
  return Object.fromEntries(merged);
}

/**
 * Merges a patch into a JSON value (RFC 7396): objects are merged, null removes, everything else, arrays too, replaces.
 * Neither argument is changed, but the result shares parts with them. Entries called `__proto__` are left out.
 *
 * @throws OchnoError OCHNO_VALUE for a patch nested more than 500 deep
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  return merge(target, patch, 0);
}
