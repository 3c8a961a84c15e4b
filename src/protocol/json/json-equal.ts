import { isPlainObject } from './plain-object';

/** Whether two values of parsed JSON are equal, in any order of properties. 0 and -0 are. */
export function equalJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && equalArrays(one, other);
  }
  const entries = Object.entries(one);
  if (entries.length !== Object.keys(other).length) return false;
  const fields = new Map(Object.entries(other));
  return entries.every(([key, value]) => equalJson(value, fields.get(key)));
}

function equalArrays(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => equalJson(item, other[index]));
}

/** Whether `whole` holds all that `part` does: objects may hold more, everything else is equal. */
export function containsJson(whole: unknown, part: unknown): boolean {
  if (!isPlainObject(whole) || !isPlainObject(part)) return equalJson(whole, part);
  return Object.entries(part).every(([key, value]) => Object.hasOwn(whole, key) && containsJson(whole[key], value));
}
