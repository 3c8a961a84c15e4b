import { numberWithin } from '../../../src/protocol/json/numeric-text';
import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { numberRanges, variableIn } from '../../options';

/** Something that was read, or why it can't be used. */
export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: OchnoError };

/** Does what may throw an `OchnoError` and hands that back as a value; anything else it throws is a fault of ours. */
export function reading<Value>(read: () => Value): Reading<Value> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof OchnoError) return { ok: false, problem: error };
    throw error;
  }
}

/** Does what reads one option; an error it throws then tells which option it is about. */
export function readOption<Value>(option: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OchnoError) || error.option !== undefined) throw error;
    const { code, message, problem } = error;
    throw new OchnoError(code, message, { cause: error.cause, option, problem });
  }
}

/**
 * The id of the account that was chosen.
 *
 * @throws OchnoError `OCHNO_VALUE` if none was
 */
export function readAccountId(saved: unknown): string {
  const id = readText('account', saved).trim();
  if (id !== '') return id;
  throw new OchnoError('OCHNO_VALUE', 'No account is chosen: open the node and choose one', { option: 'account' });
}

/** @throws OchnoError `OCHNO_VALUE` naming the variable, if the option still holds `${NAME}` */
export function checkVariable(option: string, saved: unknown): void {
  const name = typeof saved === 'string' ? variableIn(saved) : undefined;
  if (name === undefined) return;
  throw new OchnoError(
    'OCHNO_VALUE',
    `The environment variable ${name}, which "${option}" asks for, is not set: set it, or type the value`,
    { option, problem: { field: option, key: 'variable-unset', values: { name } } },
  );
}

/** An option of text. The value of an environment variable may be a number or a truth value too. */
export function readText(option: string, saved: unknown, otherwise = ''): string {
  checkVariable(option, saved);
  if (saved === undefined || saved === null) return otherwise;
  if (typeof saved === 'string') return saved;
  if (typeof saved === 'number' || typeof saved === 'boolean') return String(saved);
  throw new OchnoError('OCHNO_VALUE', `"${option}" has to be text, not ${quoted(saved)}`, { option });
}

/** An option that is a number, or text that reads as one; `otherwise` is what an empty option means. */
export function readNumber(option: keyof typeof numberRanges, saved: unknown, otherwise: number): number {
  const text = readText(option, saved).trim();
  return text === '' ? otherwise : readOption(option, () => numberWithin(option, text, numberRanges[option]));
}

/** An option that is ticked or not. */
export function readFlag(option: string, saved: unknown): boolean {
  const text = readText(option, saved).trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0' || text === '') return false;
  throw new OchnoError('OCHNO_VALUE', `"${option}" has to be true or false, not ${quoted(text)}`, { option });
}

/** An option that is one of a few words; empty means the first of them. */
export function readChoice<Word extends string>(option: string, saved: unknown, words: readonly Word[]): Word {
  const text = readText(option, saved).trim();
  const word = text === '' ? words[0] : words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new OchnoError('OCHNO_VALUE', `"${option}" has to be one of ${words.join(', ')}, not ${quoted(text)}`, {
    option,
  });
}

/** A time limit that is saved in seconds. */
export function readTimeoutMs(saved: unknown, otherwiseSeconds: number): number {
  return readNumber('timeout', saved, otherwiseSeconds) * 1000;
}
