import { parseDeadband } from '../../../src/protocol/json/change-filter';
import { numberWithin } from '../../../src/protocol/json/numeric-text';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { parsePropertyPath } from '../../../src/protocol/json/property-path';
import { parseLampCommand } from '../../../src/protocol/lamp/lamp-command';
import { OchnoError, type Problem } from '../../../src/protocol/ochno-error';
import { metricQuery } from '../../../src/protocol/rest/metric-time';
import { checkPathTemplate, fillPath } from '../../../src/protocol/rest/path-rules';
import { readQuery } from '../../../src/protocol/rest/request-query';
import { checkMethod as readMethod } from '../../../src/protocol/rest/resource-request';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { parseIdList, readId, readOneId } from '../../../src/protocol/topics/ids';
import { numberRanges, variableIn } from '../../options';

/** Why a value can't be saved, or undefined if nothing is wrong: a key under `check` of the catalogue, and what to quote there. */
export type Check = (text: string) => Problem | undefined;

/** A whole value of this form is replaced by the runtime; only then can it be right without being checked here. */
export function isEnvironment(text: string): boolean {
  return variableIn(text) !== undefined;
}

/** What the runtime itself will have against it: the same function reads it there. */
function problemOf(read: () => unknown): Problem | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof OchnoError)) throw error;
    const { key, values } = error.problem ?? { key: 'other' };
    return values === undefined ? { key } : { key, values };
  }
}

/** Leaves `${NAME}` alone, and what is empty: there it means something, or `missing` is said of it. */
function optional(read: (text: string) => unknown): Check {
  return (value) => {
    const text = String(value ?? '');
    return isEnvironment(text) || text.trim() === '' ? undefined : problemOf(() => read(text));
  };
}

function required(read: (text: string) => unknown): Check {
  const check = optional(read);
  return (value) => (String(value ?? '').trim() === '' ? { key: 'missing' } : check(value));
}

/** Empty, `+`, one id, or several with commas between them. */
export const checkSelection = optional((text) => parseIdList('', text));

/** Empty or one id. */
export const checkOneId = optional((text) => readOneId('', text));

/** Empty, `+` or one id. */
export const checkOneIdOrAny = optional((text) => text.trim() === '+' || readOneId('', text));

/** `https:` to anywhere, `http:` to this machine only. */
export const checkServer = required(parseServerUrl);

export const checkPresent = required(() => undefined);

export const checkKeepalive = optional((text) => numberWithin('', text, numberRanges.keepalive));

export const checkConnections = optional((text) => numberWithin('', text, numberRanges.connections));

/** Seconds. */
export const checkTimeout = optional((text) => numberWithin('', text, numberRanges.timeout));

/** `5` or `10%`. */
export const checkDeadband = optional(parseDeadband);

/** A path into an event, with dots or brackets. */
export const checkProperty = optional((text) => parsePropertyPath(text.trim()));

/** A path that stays under the server, whatever it is joined to. */
export const checkPath = optional(checkPathTemplate);

/** An object's id or a measurement, which is one part of a path. */
export const checkTarget = optional((text) => fillPath('/{id}', { id: readId('', text) }));

export const checkMethod = optional(readMethod);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says is English and about characters; the reason says what is wanted.
    return undefined;
  }
}

/** Empty or a JSON object, as URL parameters and what a device is told are. */
export const checkJsonObject: Check = (text) =>
  text.trim() === '' || isEnvironment(text) || isPlainObject(parseJson(text)) ? undefined : { key: 'json-object' };

/** Empty or URL parameters as a JSON object; those of a measurement may say from when and to when. */
export function checkQuery(resource: string, text: string): Problem | undefined {
  const problem = checkJsonObject(text);
  if (problem !== undefined || text.trim() === '' || isEnvironment(text)) return problem;
  const query = parseJson(text);
  return problemOf(() => readQuery(resource === 'metrics' ? metricQuery(query, Date.now()) : query));
}

/** Empty or a whole message for the platform, as JSON. */
export const checkEnvelope: Check = (text) => {
  if (text.trim() === '' || isEnvironment(text)) return undefined;
  const value = parseJson(text);
  return isPlainObject(value) && 'id' in value && 'data' in value ? undefined : { key: 'envelope' };
};

/** A fixed value of the command `lamp`, by the type of its typed input; what only the running flow knows is left to the runtime. */
export function checkLampValue(type: string, text: string): Problem | undefined {
  switch (type) {
    case 'num':
      return text.trim() === '' ? { key: 'lamp-level' } : problemOf(() => parseLampCommand(Number(text)));
    case 'str':
      return problemOf(() => parseLampCommand(text));
    case 'json':
      return problemOf(() => parseLampCommand(parseJson(text)));
    default:
      return undefined;
  }
}
