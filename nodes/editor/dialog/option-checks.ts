/** Why a value cannot be saved: a key under `check` of the node's catalogue, and what to fill in there. */
export interface Reason {
  readonly key: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** The reason, or undefined where nothing is wrong. */
export type Check = (text: string) => Reason | undefined;

/** A whole value of this form is replaced by the runtime; only then can it be right without being checked here. */
export function isEnvironment(text: string): boolean {
  return /^\$\{[^}]+\}$/.test(text);
}

/** Leaves `${NAME}` alone, and an empty value too where that has a meaning. */
function unlessEnvironment(check: Check, empty?: Reason | 'allowed'): Check {
  return (value) => {
    const text = String(value ?? '');
    if (isEnvironment(text)) return undefined;
    if (text === '' && empty === 'allowed') return undefined;
    if (text.trim() === '' && typeof empty === 'object') return empty;
    return check(text);
  };
}

function firstBadId(ids: readonly string[]): Reason | undefined {
  for (const id of ids) {
    if (id === '') return { key: 'id-empty' };
    const character = /[/+#,\0]/.exec(id)?.[0];
    if (character !== undefined) {
      return { key: 'id-character', values: { character: character === '\0' ? 'NUL' : character } };
    }
  }
  return undefined;
}

/** Empty, `+`, one id, or several with commas between them. */
export const checkSelection: Check = unlessEnvironment((text) => {
  if (text.trim() === '+') return undefined;
  return firstBadId(text.split(',').map((id) => id.trim()));
}, 'allowed');

/** Empty or one id. */
export const checkOneId: Check = unlessEnvironment((text) => {
  if (text.trim() === '+') return { key: 'id-any' };
  if (text.includes(',')) return { key: 'id-several' };
  return firstBadId([text.trim()]);
}, 'allowed');

/** Empty, one id, or several with commas between them, but not "any". */
export const checkIds: Check = unlessEnvironment((text) => {
  if (text.trim() === '+') return { key: 'id-any' };
  return firstBadId(text.split(',').map((id) => id.trim()));
}, 'allowed');

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // Its message names no remedy; the caller's reason does.
    return undefined;
  }
}

/** `https:` to anywhere, `http:` to this machine only. */
export const checkServer: Check = unlessEnvironment(
  (text) => {
    const url = /^https?:\/\//i.test(text.trim()) ? parseUrl(text) : undefined;
    if (url === undefined) return { key: 'server-url' };
    if (url.username !== '' || url.password !== '') return { key: 'server-secret' };
    if (url.search !== '' || url.hash !== '') return { key: 'server-url' };
    if (url.protocol === 'http:' && !isLoopback(url.hostname)) return { key: 'server-http' };
    return undefined;
  },
  { key: 'missing' },
);

export const checkKeepalive: Check = unlessEnvironment(
  (text) => {
    const seconds = Number(text);
    return Number.isInteger(seconds) && seconds >= 15 && seconds <= 1200 ? undefined : { key: 'keepalive' };
  },
  { key: 'keepalive' },
);

/** Seconds. */
export const checkTimeout: Check = unlessEnvironment(
  (text) => {
    const seconds = Number(text);
    return Number.isFinite(seconds) && seconds > 0 ? undefined : { key: 'timeout' };
  },
  { key: 'timeout' },
);

/** `5` or `10%`. */
export const checkDeadband: Check = unlessEnvironment(
  (text) => (/^\s*\d+(\.\d+)?\s*%?\s*$/.test(text) ? undefined : { key: 'deadband' }),
  'allowed',
);

/** Dots between names, none of them empty. */
export const checkProperty: Check = unlessEnvironment(
  (text) => (text.split('.').every((name) => name !== '' && name.trim() === name) ? undefined : { key: 'property' }),
  'allowed',
);

function isDotSegment(segment: string): boolean {
  return /^(\.|%2e){1,2}$/i.test(segment);
}

/** A path that stays under the server, whatever it is joined to. */
export const checkPath: Check = unlessEnvironment((text) => {
  const path = text.trim();
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || path.includes('//') || path.includes('\\')) return { key: 'path-server' };
  if (/[\s#]/.test(path)) return { key: 'path-character' };
  const [beforeQuery = ''] = path.split('?', 1);
  return beforeQuery.split('/').some(isDotSegment) ? { key: 'path-dots' } : undefined;
}, 'allowed');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says is English and about characters; the reason says what is wanted.
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON object, as URL parameters and what a device is told are. */
export const checkJsonObject: Check = unlessEnvironment(
  (text) => (isObject(parseJson(text)) ? undefined : { key: 'json-object' }),
  'allowed',
);

/** A whole message for the platform, as JSON. */
export const checkEnvelope: Check = unlessEnvironment((text) => {
  const value = parseJson(text);
  return isObject(value) && 'id' in value && 'data' in value ? undefined : { key: 'envelope' };
}, 'allowed');

export const checkPresent: Check = unlessEnvironment(() => undefined, { key: 'missing' });

export const checkMethod: Check = unlessEnvironment(
  (text) => (/^\s*(GET|HEAD|POST|PUT|PATCH|DELETE)\s*$/i.test(text) ? undefined : { key: 'method' }),
  'allowed',
);
