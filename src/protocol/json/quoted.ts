import { isPlainObject } from './plain-object';

/**
 * Control characters, line separators and characters that turn the direction of writing: none may reach a log as it
 * is.
 */
const unprintable = /[\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * A value as it may stand in a message: text in double quotes, at most `longest` characters of it, with everything
 * escaped that could start a log line of its own. Objects are named, not shown, since they may hold anything: `a Date`.
 */
export function quoted(value: unknown, longest = 60): string {
  if (typeof value === 'string') {
    const shown = value.length > longest ? `${value.slice(0, longest)}…` : value;
    return JSON.stringify(shown).replace(unprintable, escaped);
  }
  if (Array.isArray(value)) return 'an array';
  if (ArrayBuffer.isView(value)) return 'a Buffer';
  if (typeof value === 'object' && value !== null) return withArticle(kindOf(value));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return String(value);
}

/** What kind of object it is, of whatever realm: flows make theirs in one of their own. */
export function kindOf(value: object): string {
  const [, kind = 'Object'] = /^\[object (\w{1,40})\]$/.exec(tagOf(value)) ?? [];
  if (/^(Number|String|Boolean|BigInt|Symbol)$/.test(kind)) return `${kind} object`;
  if (kind !== 'Object') return kind;
  return isPlainObject(value) ? 'object' : 'class instance';
}

function tagOf(value: object): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    // It is a Proxy, or has a tag that throws when read.
    return '';
  }
}

/** The first line of what was thrown, of whatever realm it is. */
export function messageOf(thrown: unknown): string {
  const isError = typeof thrown === 'object' && thrown !== null && kindOf(thrown) === 'Error';
  const [line = ''] = (isError ? String(Reflect.get(thrown, 'message')) : quoted(thrown)).split('\n', 1);
  return line;
}

/** The same as a part of another sentence. */
export function reasonOf(thrown: unknown): string {
  return messageOf(thrown).replace(/\.$/, '');
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
