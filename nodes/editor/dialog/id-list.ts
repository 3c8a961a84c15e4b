import { isEnvironment } from './option-checks';

/** The ids of a field that takes several, in order; none if it is empty or `+`, which both mean any. */
export function idsIn(text: string): readonly string[] {
  if (text.trim() === '+') return [];
  return text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

/** The field with one id more. "Any" and `${NAME}` give way: neither goes together with ids. */
export function withId(text: string, id: string): string {
  if (isEnvironment(text)) return id;
  return [...new Set([...idsIn(text), id])].join(', ');
}

/** Where the id at the caret begins and ends, without the white space around it. */
function boundsAt(text: string, caret: number): { readonly start: number; readonly end: number } {
  const before = text.lastIndexOf(',', caret - 1) + 1;
  const comma = text.indexOf(',', caret);
  const after = comma === -1 ? text.length : comma;
  const part = text.slice(before, after);
  const start = before + (part.length - part.trimStart().length);
  return { start: Math.min(start, after), end: Math.max(start, before + part.trimEnd().length) };
}

/** The id being typed: the part between the commas around the caret. */
export function idAt(text: string, caret: number): string {
  const { start, end } = boundsAt(text, caret);
  return text.slice(start, end);
}

/** The field with the id at the caret replaced. */
export function replaceIdAt(text: string, caret: number, id: string): string {
  const { start, end } = boundsAt(text, caret);
  const before = text.slice(0, start);
  const gap = /,$/.test(before) ? ' ' : '';
  return `${before}${gap}${id}${text.slice(end)}`;
}
