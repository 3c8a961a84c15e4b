import {
  type ConnectionReason,
  connectionReasons,
  type OchnoErrorCode,
  type Problem,
} from '../../../src/protocol/ochno-error';
import type { Texts } from './catalogue';

/** Why the runtime could not do something, as its answer says it. */
export interface Failure {
  /** An error's code, or the reason a connection is not there. */
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  readonly problem?: Problem | undefined;
  readonly statusCode?: number | undefined;
  /** The platform's own words, in its language. */
  readonly said?: string | undefined;
}

const shortNames: Readonly<Record<OchnoErrorCode, string>> = {
  OCHNO_VALUE: 'value',
  OCHNO_TIMEOUT: 'timeout',
  OCHNO_REFUSED: 'refused',
  OCHNO_CLOSED: 'closed',
  OCHNO_HTTP: 'http',
  OCHNO_LOGIN: 'login',
  OCHNO_NETWORK: 'network',
  OCHNO_PAYLOAD: 'payload',
  OCHNO_GAP: 'gap',
};

/** What has a hint of its own, beside the reasons. */
const hinted = ['value', 'login', 'http', 'network', 'timeout'];

function reasonIn({ reason }: Failure): ConnectionReason | undefined {
  return connectionReasons.find((known) => known === reason);
}

/** A step of the connection test has its error's code where others have a reason. */
function shortNameOf({ code, reason }: Failure): string | undefined {
  const name = Object.entries(shortNames).find(([known]) => known === code || known === reason)?.[1];
  return name === 'gap' ? undefined : name;
}

/** `Server: write a whole address`, or the sentence alone if it is about no field. */
export function problemText({ field, key, values }: Problem, texts: Texts): string {
  const found = texts(`check.${key}`, values);
  // A problem that this catalogue has no words for comes back as its key.
  const reason = found === `check.${key}` ? texts('check.other') : found;
  return field === undefined ? reason : texts('check.field', { field: texts(`label.${field}`), reason });
}

/** What went wrong, in the viewer's language; what the platform itself said is quoted. */
export function whatFailed(failure: Failure, texts: Texts): string {
  if (failure.problem !== undefined) return problemText(failure.problem, texts);
  const reason = reasonIn(failure);
  const what = reason === undefined ? texts(`failure.${shortNameOf(failure) ?? 'other'}`) : texts(`status.${reason}`);
  const status = failure.statusCode === undefined ? '' : ` (${failure.statusCode})`;
  return failure.said === undefined
    ? `${what}${status}`
    : `${what}${status}: ${texts('quote.platform', { words: failure.said })}`;
}

/** What to do about it; empty if the problem itself says so. */
export function wayOut(failure: Failure, texts: Texts): string {
  if (failure.problem !== undefined) return '';
  const known = reasonIn(failure) ?? hinted.find((name) => name === shortNameOf(failure)) ?? 'other';
  const name = known === 'http' ? httpHint(failure) : known;
  return texts(`hint.${name}`);
}

/** A platform that is busy or broken may work in a minute; one that finds fault with the request is the right one. */
function httpHint({ statusCode = 0 }: Failure): string {
  if (statusCode >= 500 || [408, 425, 429].includes(statusCode)) return 'other';
  return statusCode >= 400 ? 'request' : 'http';
}
