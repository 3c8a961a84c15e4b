import { octetsOf } from './local-host';

/** The variables that name proxies; both spellings are in use. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

interface Exception {
  readonly host: string;
  readonly port?: string;
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' };

function firstSet(environment: ProxyEnvironment, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '');
}

/** One entry of NO_PROXY: a name, an address, a range, each with or without a port. */
function parseException(text: string): Exception {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const withPort = bracketed ?? /^([^:]*):(\d+)$/.exec(text);
  const host = (withPort?.[1] ?? text).toLowerCase().replace(/^\*?\./, '');
  return withPort?.[2] === undefined ? { host } : { host, port: withPort[2] };
}

function ipv4Number(text: string): number | undefined {
  return octetsOf(text)?.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Whether an IPv4 address lies in a range such as `10.0.0.0/8`. */
function inRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/', 2);
  const first = ipv4Number(network);
  const address = ipv4Number(host);
  if (first === undefined || address === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(first / size) === Math.floor(address / size);
}

function isExcepted(host: string, port: string, exception: Exception): boolean {
  if (exception.port !== undefined && exception.port !== port) return false;
  if (exception.host === '*') return true;
  if (exception.host === '') return false;
  if (exception.host.includes('/')) return inRange(host, exception.host);
  // An address is not a name: 1.127.0.0.1 is not under 127.0.0.1.
  if (ipv4Number(host) !== undefined) return host === exception.host;
  return host === exception.host || host.endsWith(`.${exception.host}`);
}

/**
 * The proxy that the environment names for a URL, by the rules that curl and most tools follow: `https_proxy` or
 * `HTTPS_PROXY` for `https:` and `wss:`; `http_proxy`, in lower case only, for `http:` and `ws:` (in a CGI program
 * `HTTP_PROXY` is a header the caller wrote); `no_proxy` or `NO_PROXY` lists, between commas or spaces, what goes
 * direct: `*`, a name with all names under it (`example.com`, `.example.com`, `*.example.com`), an address, an IPv4
 * range (`10.0.0.0/8`), each with `:port` or without. Loopback goes through the proxy too unless it is listed.
 *
 * @returns the proxy as it stands in the environment, or undefined to go direct
 */
export function proxyFor(url: URL, environment: ProxyEnvironment): string | undefined {
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  const proxy = firstSet(environment, secure ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy']);
  if (proxy === undefined) return undefined;
  const host = url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  const port = url.port === '' ? (defaultPorts[url.protocol] ?? '') : url.port;
  const exceptions = (firstSet(environment, ['no_proxy', 'NO_PROXY']) ?? '').split(/[\s,]+/).filter(Boolean);
  return exceptions.some((text) => isExcepted(host, port, parseException(text))) ? undefined : proxy;
}
