import { createHash, createHmac } from 'node:crypto';
import type { StreamGrant } from './stream-credentials';

/** The handshake as it arrived. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, undecoded. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type SignatureVerdict =
  | { readonly ok: true; readonly grant: StreamGrant }
  | { readonly ok: false; readonly message: string };

const services = ['iotdevicegateway', 'iotdata'];
const windowMs = 5 * 60_000;
const unsignedParameters = ['X-Amz-Signature', 'X-Amz-Security-Token'];
const emptyBodyHash = createHash('sha256').update('').digest('hex');

export const messages = {
  missing: 'Missing Authentication Token',
  unknownToken: 'The security token included in the request is invalid.',
  expiredToken: 'The security token included in the request is expired',
  tooMany: 'Forbidden',
  incomplete: 'The request signature does not conform to AWS standards.',
  scope: 'Credential should be scoped to a valid region and to the service iotdevicegateway.',
  hostUnsigned: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  mismatch:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
} as const;

/** RFC 3986: everything but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Stray per cent signs stand for themselves.
    return text;
  }
}

function parseQuery(query: string): (readonly [string, string])[] {
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
  });
}

/** By code unit, as AWS sorts. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function canonicalQuery(parameters: readonly (readonly [string, string])[]): string {
  return parameters
    .filter(([name]) => !unsignedParameters.includes(name))
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map((pair) => pair.join('='))
    .join('&');
}

function canonicalHeader(name: string, headers: SignedRequest['headers']): string {
  const value = headers[name] ?? '';
  const text = Array.isArray(value) ? value.join(',') : value;
  return `${name}:${text.trim().replace(/ +/g, ' ')}\n`;
}

/** `20250115T123456Z` */
export function amzDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function parseAmzDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** AWS's two sentences about a clock that is off; X-Amz-Expires plays no part. */
function clockMessage(signedAt: string, now: number): string | undefined {
  const ms = parseAmzDate(signedAt);
  if (ms === undefined) return messages.incomplete;
  if (ms < now - windowMs) {
    return `Signature expired: ${signedAt} is now earlier than ${amzDate(now - windowMs)} (${amzDate(now)} - 5 min.)`;
  }
  if (ms > now + windowMs) {
    return `Signature not yet current: ${signedAt} is still later than ${amzDate(now + windowMs)} (${amzDate(now)} + 5 min.)`;
  }
  return undefined;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function signature(secretKey: string, scope: readonly string[], signedAt: string, canonicalRequest: string): string {
  const [day = '', region = '', service = ''] = scope;
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const key = hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day), region), service), 'aws4_request');
  return hmac(key, `AWS4-HMAC-SHA256\n${signedAt}\n${scope.join('/')}\n${hash}`).toString('hex');
}

/**
 * Checks a presigned MQTT-over-WebSocket handshake as AWS IoT Core does: the signature is computed again from what
 * arrived, whatever headers it lists and wherever the token stands; the token itself is never part of what is signed.
 *
 * @param find gives the credentials with an access key id
 * @param now the platform's time in ms
 */
export function checkSignature(
  request: SignedRequest,
  region: string,
  find: (accessKeyId: string) => StreamGrant | undefined,
  now: number,
): SignatureVerdict {
  const refuse = (message: string): SignatureVerdict => ({ ok: false, message });
  const [path = '', query = ''] = request.target.split(/\?(.*)/s);
  const parameters = parseQuery(query);
  const byName = new Map(parameters);
  const given = byName.get('X-Amz-Signature');
  const signedAt = byName.get('X-Amz-Date');
  const signedHeaders = byName.get('X-Amz-SignedHeaders')?.split(';');
  const [accessKeyId, ...scope] = byName.get('X-Amz-Credential')?.split('/') ?? [];
  if (accessKeyId === undefined) return refuse(messages.missing);
  if (given === undefined || signedAt === undefined || signedHeaders === undefined || scope.length !== 4) {
    return refuse(messages.incomplete);
  }
  if (byName.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || scope[3] !== 'aws4_request')
    return refuse(messages.incomplete);
  if (scope[1] !== region || !services.includes(scope[2] ?? '') || scope[0] !== signedAt.slice(0, 8)) {
    return refuse(messages.scope);
  }
  if (!signedHeaders.includes('host')) return refuse(messages.hostUnsigned);
  const grant = find(accessKeyId);
  if (grant === undefined || byName.get('X-Amz-Security-Token') !== grant.sessionToken)
    return refuse(messages.unknownToken);
  if (grant.expiresAt <= now) return refuse(messages.expiredToken);
  const late = clockMessage(signedAt, now);
  if (late !== undefined) return refuse(late);
  const canonicalRequest = [
    request.method,
    path
      .split('/')
      .map((part) => encode(decode(part)))
      .join('/'),
    canonicalQuery(parameters),
    signedHeaders.map((name) => canonicalHeader(name, request.headers)).join(''),
    signedHeaders.join(';'),
    emptyBodyHash,
  ].join('\n');
  const right = signature(grant.secretKey, scope, signedAt, canonicalRequest);
  return right === given ? { ok: true, grant } : refuse(messages.mismatch);
}
