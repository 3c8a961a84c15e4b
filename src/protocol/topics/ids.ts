import { mayLackDigits } from '../json/exact-json';
import { quoted } from '../json/quoted';
import { OchnoError, type Problem } from '../ochno-error';

const forbiddenInId = /[/+#,\0]/;
/** Half of a surrogate pair can't be written as UTF-8, so MQTT can't carry it (MQTT 3.1.1, 1.5.3). */
const loneSurrogate = /\p{Surrogate}/u;

/** Why text can't be an id, in words for the log and as a word for dialogs. */
type Objection = readonly [words: string, problem: Problem];

function objectionTo(id: string): Objection | undefined {
  if (id === '') return ['it is empty', { key: 'id-empty' }];
  if (id.trim() !== id) return ['it begins or ends with white space', { key: 'id-space' }];
  const character = forbiddenInId.exec(id)?.[0];
  if (character !== undefined) {
    const values = { character: character === '\0' ? 'NUL' : character };
    return ['it holds one of / + # , or a NUL character', { key: 'id-character', values }];
  }
  if (loneSurrogate.test(id)) return ['it is not well-formed Unicode', { key: 'id-unicode' }];
  return undefined;
}

function refuse(field: string, id: string, [words, problem]: Objection): never {
  throw new OchnoError('OCHNO_VALUE', `The ${field} id ${quoted(id)} can't be used: ${words}`, {
    problem: { field, ...problem },
  });
}

/**
 * Returns `id` if it can be one: ids are opaque, but hold none of `/ + # ,` and NUL, and no white space at the ends.
 *
 * @param field what the id is of, for the message: `company`, `location`, `hub` or `port`
 * @throws OchnoError `OCHNO_VALUE` naming the field
 */
export function checkId(field: string, id: string): string {
  const objection = objectionTo(id);
  return objection === undefined ? id : refuse(field, id, objection);
}

/**
 * Reads an id as people and platforms give it: white space around it is dropped, and a number is its digits.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the field, also for what is neither text nor a number
 */
export function readId(field: string, given: unknown): string {
  if (typeof given === 'string') return checkId(field, given.trim());
  if (mayLackDigits(given)) {
    throw new OchnoError('OCHNO_VALUE', `The ${field} id ${given} may have lost digits as a number; give it as text`);
  }
  if (typeof given === 'number' && Number.isFinite(given)) return String(given);
  throw new OchnoError('OCHNO_VALUE', `${field} has to be an id, not ${quoted(given)}`);
}

/**
 * Reads the id of an acting option, where any and several make no sense.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the field
 */
export function readOneId(field: string, text: string): string {
  if (text.trim() === '+') {
    return refuse(field, text, ['"+" (any) is not possible here; name one id', { key: 'id-any' }]);
  }
  if (text.includes(',')) return refuse(field, text, ['only one id is possible here', { key: 'id-several' }]);
  return readId(field, text);
}

/**
 * Reads a selecting option: empty or `+` is `undefined` (any), else one id or several separated by commas. White space
 * around each is dropped, and so is a repetition.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the field
 */
export function parseIdList(field: string, text: string): readonly string[] | undefined {
  if (text.trim() === '' || text.trim() === '+') return undefined;
  return [...new Set(text.split(',').map((part) => readId(field, part)))];
}
