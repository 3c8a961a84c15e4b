/**
 * Whether a value is a plain object, as an object literal or JSON makes it: not an array, Buffer, date or class instance.
 * Objects of another realm count too, since Node-RED's function nodes run in one.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
