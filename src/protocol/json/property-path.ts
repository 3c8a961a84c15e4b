import { OchnoError } from '../ochno-error';
import { quoted } from './quoted';

/** What is at a path: `found` tells a property that is `null` or `undefined` from one that is not there. */
export type Found =
  | { readonly found: true; readonly value: unknown }
  | { readonly found: false; readonly value?: never };

const notFound: Found = { found: false };
const arrayIndex = /^(?:0|[1-9]\d{0,9})$/;

/** A name, a position in brackets, or a name in brackets and quotes, where a backslash stands before a quote. */
const step =
  /(?<name>[^.[\]]+)|\[(?:(?<position>0|[1-9]\d*)|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)')\]/y;

/**
 * Reads a path as Node-RED writes it: names with dots between them, positions and names in brackets, such as
 * `data.device.lamp.level`, `data.device.types[0]` or `data.sensor["pm2.5"]`; a position may follow a dot, too. What the
 * debug sidebar copies begins at the message: a leading `payload` or `msg.payload` is taken off.
 *
 * @throws OchnoError `OCHNO_VALUE` for a path with an empty step, unpaired brackets, or white space around a name
 */
export function parsePropertyPath(path: string): readonly string[] {
  const start = /^(?:msg\.)?payload(?=[.[]|$)\.?/.exec(path)?.[0].length ?? 0;
  // It names the message's payload itself, which is the whole event.
  if (start > 0 && start === path.length && !path.endsWith('.')) return [];
  const steps: string[] = [];
  for (let index = start; index < path.length || steps.length === 0; ) {
    step.lastIndex = index;
    const { name, position, double, single } = step.exec(path)?.groups ?? {};
    const found = name ?? position ?? (double ?? single)?.replace(/\\(["'\\])/g, '$1');
    if (found === undefined) return refuse(path, 'a step of it is empty, or a bracket has no counterpart');
    if (name !== undefined && name.trim() !== name) return refuse(path, 'there is white space around a step');
    steps.push(found);
    index = step.lastIndex;
    if (index === path.length || path[index] === '[') continue;
    if (path[index] !== '.' || path[index + 1] === '[') return refuse(path, 'a dot is missing or one too many');
    index += 1;
    if (index === path.length) return refuse(path, 'its last step is empty');
  }
  return steps;
}

function refuse(path: string, problem: string): never {
  throw new OchnoError(
    'OCHNO_VALUE',
    `The property ${quoted(path)} can't be used: ${problem}; write it as data.device.lamp.level or data.sensor["pm2.5"]`,
    { problem: { key: 'property' } },
  );
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
