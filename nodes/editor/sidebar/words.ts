import type { Failure } from '../../sidebar-messages';
import type { Texts } from '../dialog/catalogue';

/** Texts, numbers and times as the viewer's language writes them. */
export interface Words {
  readonly text: Texts;
  /** With at most so many digits after the decimal separator. */
  number(value: number, digits?: number): string;
  /** A length of time in the largest unit that fits: `12 min`. */
  span(ms: number): string;
  /** A time of day, with its date if that is not today's. */
  time(at: number): string;
}

const minute = 60_000;

export function wordsOf(text: Texts, language: string): Words {
  // Making a format takes a hundred times as long as using it, and each line of the tree has numbers.
  const formats = new Map<number, Intl.NumberFormat>();
  const number = (value: number, digits = 1): string => {
    const options = { maximumFractionDigits: digits, useGrouping: false };
    const format = formats.get(digits) ?? new Intl.NumberFormat(language, options);
    formats.set(digits, format);
    // What rounds to -0 would be written with its sign.
    return format.format(Number(value.toFixed(digits)) + 0);
  };
  return {
    text,
    number,
    span(ms) {
      const [unit, size] = unitOf(Math.max(0, ms));
      return text(`span.${unit}`, { number: number(Math.floor(Math.max(0, ms) / size), 0) });
    },
    time(at) {
      const date = new Date(at);
      const isToday = date.toDateString() === new Date().toDateString();
      const clock = date.toLocaleTimeString(language);
      return isToday ? clock : `${date.toLocaleDateString(language)} ${clock}`;
    },
  };
}

function unitOf(ms: number): readonly ['seconds' | 'minutes' | 'hours' | 'days', number] {
  if (ms < minute) return ['seconds', 1000];
  if (ms < 60 * minute) return ['minutes', minute];
  if (ms < 48 * 60 * minute) return ['hours', 60 * minute];
  return ['days', 24 * 60 * minute];
}

/** What went wrong, in the viewer's language where it is ours to say. */
export function failureText({ code, message }: Failure, words: Words): string {
  if (code === 'not-permitted' || code === 'no-answer') return words.text(`places.${code}`);
  const what = code === '' ? 'places.tree-failed' : `failure.${code.replace('OCHNO_', '').toLowerCase()}`;
  return words.text('state.failed', { what: words.text(what), message });
}
