import { OchnoError } from '../ochno-error';
import { quoted } from './quoted';

/** What is at a path: `found` tells a property that is `null` or `undefined` from one that is not there. */
export type Found =
  | { readonly found: true; readonly value: unknown }
  | { readonly found: false; readonly value?: never };

const notFound: Found = { found: false };
const arrayIndex = /^(?:0|[1-9]\d{0,9})$/;

/**
 * Reads a dotted path such as `data.device.lamp.level`; a position in an array is a step too: `data.device.types.0`.
 *
 * @throws OchnoError `OCHNO_VALUE` for a path with an empty step, brackets, or white space around a step
 */
export function parsePropertyPath(path: string): readonly string[] {
  const steps = path.split('.');
  const problem = steps.map(whyNoStep).find((reason) => reason !== undefined);
  if (problem === undefined) return steps;
  throw new OchnoError(
    'OCHNO_VALUE',
    `The property ${quoted(path)} can't be used: ${problem}; write it as data.device.lamp.level`,
  );
}

function whyNoStep(step: string): string | undefined {
  if (step === '') return 'a step of it is empty';
  if (step.trim() !== step) return 'there is white space around a step';
  if (/[[\]]/.test(step)) return 'positions in an array are written with a dot, as in data.device.types.0';
  return undefined;
}

/** Looks along `path` in parsed JSON. Own properties and array positions only: nothing inherited is ever found. */
export function valueAt(data: unknown, path: readonly string[]): Found {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return notFound;
    if (Array.isArray(value) && !arrayIndex.test(step)) return notFound;
    if (!Object.hasOwn(value, step)) return notFound;
    value = (value as Record<string, unknown>)[step];
  }
  return { found: true, value };
}
