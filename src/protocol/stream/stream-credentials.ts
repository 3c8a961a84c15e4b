import { readInstant } from '../json/instant';
import { isPlainObject } from '../json/plain-object';
import { OchnoError } from '../ochno-error';
import { isLocalHost, isLoopbackHost } from '../rest/local-host';
import type { StreamCredentials } from './signed-url';

/** Where the platform does not say when they end: shortly before the hour it promises. */
const defaultLifeMs = 50 * 60_000;
/** The longest that AWS gives session credentials for. */
const longestLifeMs = 12 * 3_600_000;
/** Where the platform's clock is farther from ours than this, the platform's is the right one. */
const trustedSkewMs = 60_000;
const longestField = 8192;

/** Credentials of the stream and until when, in ms of the monotonic clock, they are good. */
export interface TimedCredentials {
  readonly credentials: StreamCredentials;
  readonly lifeMs: number;
  /** When a successor should be opened. */
  readonly renewAtMs: number;
  readonly endsAtMs: number;
  /** The platform's wall clock minus ours when they were fetched, if the platform told its time. */
  readonly clockSkewMs?: number | undefined;
}

/** Whether this computer's clock was right when they were fetched, as far as is known. */
export function isClockRight({ clockSkewMs }: TimedCredentials): boolean {
  return clockSkewMs !== undefined && Math.abs(clockSkewMs) < trustedSkewMs;
}

/** Where a company's stream credentials come from. */
export interface CredentialSource {
  /** The credentials at hand while they are good, else new ones; one request for all callers. */
  current(): Promise<TimedCredentials>;
  /** New credentials, whatever is at hand; one request for all callers. */
  renew(): Promise<TimedCredentials>;
  /** These were refused: `current` is not to answer with them again. */
  reject(refused: TimedCredentials): void;
}

export interface CredentialReading {
  /** This computer's wall clock. */
  readonly nowMs: number;
  /** The platform's wall clock, from the answer's Date header. */
  readonly dateMs?: number | undefined;
  /** The host of the account's server. */
  readonly serverHost: string;
}

/** Names the field and never its value: most of them are secrets. */
function refuse(field: string, problem: string, retryable = false): never {
  throw new OchnoError('OCHNO_VALUE', `The platform's stream credentials can't be used: ${field} ${problem}.`, {
    retryable,
    problem: { key: 'stream-credentials', values: { name: field } },
  });
}

function readText(answer: Readonly<Record<string, unknown>>, field: string): string {
  const value = Object.hasOwn(answer, field) ? answer[field] : undefined;
  if (value === undefined || value === null) return refuse(field, 'is missing');
  if (typeof value !== 'string') return refuse(field, 'is not text');
  if (value === '') return refuse(field, 'is empty');
  if (value.length > longestField) return refuse(field, 'is too long');
  return /^[\x21-\x7e]+$/.test(value) ? value : refuse(field, 'holds characters it may not');
}

function readPort(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535
    ? port
    : refuse('port', 'is not a number from 1 to 65535');
}

/** A bare host name; only one of this computer may carry its port along. */
function readEndpoint(answer: Readonly<Record<string, unknown>>, serverHost: string): { host: string; port?: number } {
  const text = readText(answer, 'host');
  const [, host = '', appended] = /^(\[::1\]|[^:]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const bare = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(host);
  if (!bare && !isLoopbackHost(host)) return refuse('host', 'is not a bare host name');
  if (appended !== undefined && !isLoopbackHost(host)) return refuse('host', 'holds a port, which belongs in port');
  // Else a platform could have this computer open connections inside its own network.
  if (isLocalHost(host) && !isLocalHost(serverHost)) {
    return refuse('host', "lies in a private network, and the account's server does not");
  }
  const port = readPort(answer.port) ?? readPort(appended);
  return port === undefined ? { host } : { host, port };
}

function readRegion(answer: Readonly<Record<string, unknown>>): string {
  const region = readText(answer, 'region');
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? region : refuse('region', 'is not an AWS region such as eu-west-1');
}

function readProtocol(value: unknown, host: string): 'ws' | 'wss' {
  if (value === undefined || value === null || value === 'wss') return 'wss';
  if (value !== 'ws') return refuse('protocol', 'is neither wss nor ws');
  return isLoopbackHost(host) ? 'ws' : refuse('protocol', 'is ws, which only a host on this computer may use');
}

function readClientId(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return refuse('clientId', 'is not text');
  const bytes = Buffer.byteLength(value);
  if (bytes < 1 || bytes > 128) return refuse('clientId', 'is not 1 to 128 bytes long');
  // MQTT forbids control characters in its strings (MQTT 3.1.1, 1.5.3), half surrogate pairs too.
  return /[\p{Cc}\p{Cs}]/u.test(value) ? refuse('clientId', 'holds characters it may not') : value;
}

function readLifeMs(expiration: unknown, { nowMs, dateMs }: CredentialReading): number {
  if (expiration === undefined || expiration === null) return defaultLifeMs;
  const endMs = readInstant(expiration);
  if (endMs === undefined) return refuse('expiration', 'is not a time');
  const skewed = dateMs !== undefined && Math.abs(dateMs - nowMs) > trustedSkewMs;
  const lifeMs = endMs - (skewed ? dateMs : nowMs);
  if (lifeMs <= 0) return refuse('expiration', 'has passed already; check the clock of this computer', true);
  return Math.min(lifeMs, longestLifeMs);
}

/**
 * Reads the answer of `GET /api/companies/{id}/iotAccess`, field by field.
 *
 * - `accessKeyId`, `secretKey`, `sessionToken`: text of printable ASCII
 * - `region`: such as `eu-west-1`; `host`: a bare name, of a private network only where the account's server is in one
 * too; `port`: a number (a loopback host may carry it as
 *   `host:port`)
 * - `protocol`: `wss` (default), or `ws` with a loopback host; `clientId`: optional, 1–128 bytes
 * - `expiration`: ISO 8601 (without a zone UTC), seconds or milliseconds; missing 50 minutes; more than 12 hours
 *   count as 12
 *
 * @returns the credentials and how long they live, counted from the platform's clock where ours is more than a minute
 * off
 * @throws OchnoError OCHNO_VALUE naming the field and never its value; retryable where the answer as a whole is no
 * object, or has expired
 */
export function readStreamCredentials(
  answer: unknown,
  reading: CredentialReading,
): { credentials: StreamCredentials; lifeMs: number } {
  if (!isPlainObject(answer)) return refuse('iotAccess', 'is not a JSON object', true);
  const endpoint = readEndpoint(answer, reading.serverHost);
  const clientId = readClientId(answer.clientId);
  const credentials: StreamCredentials = {
    accessKeyId: readText(answer, 'accessKeyId'),
    secretKey: readText(answer, 'secretKey'),
    sessionToken: readText(answer, 'sessionToken'),
    region: readRegion(answer),
    ...endpoint,
    protocol: readProtocol(answer.protocol, endpoint.host),
    ...(clientId === undefined ? {} : { clientId }),
  };
  return { credentials, lifeMs: readLifeMs(answer.expiration, reading) };
}
