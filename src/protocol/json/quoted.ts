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
 * escaped that could start a log line of its own. Objects are named, not shown, since they may hold anything.
 */
export function quoted(value: unknown, longest = 60): string {
  if (typeof value === 'string') {
    const shown = value.length > longest ? `${value.slice(0, longest)}…` : value;
    return JSON.stringify(shown).replace(unprintable, escaped);
  }
  if (Array.isArray(value)) return 'an array';
  if (ArrayBuffer.isView(value)) return 'a Buffer';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  return String(value);
}
