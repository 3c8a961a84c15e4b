import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import * as tls from 'node:tls';
import { OchnoError } from '../../protocol/ochno-error';
import { proxyFor } from '../../protocol/rest/proxy-rules';
import { addressTimeoutMs, TunnelAgent } from './tunnel-agent';

/** How TLS to the platform is set up; what is absent is Node.js's own default. */
export interface TlsOptions {
  /** Authorities to trust in place of the built-in ones and those of NODE_EXTRA_CA_CERTS. */
  readonly ca?: string | Buffer | (string | Buffer)[];
  /** Certificate and key of this client, where the platform asks for one. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  /** False accepts any certificate; for tests with a server of one's own only. */
  readonly rejectUnauthorized?: boolean;
  /** The name to ask for and to check the certificate against, where it is not the host's. */
  readonly servername?: string;
  readonly alpnProtocols?: string[];
}

/** How the network is reached, for REST and the stream alike. */
export interface NetworkOptions {
  readonly tls?: TlsOptions;
  /** Where HTTPS_PROXY, https_proxy, http_proxy, NO_PROXY and no_proxy are read. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A connection left unused this long is closed, since servers close theirs soon and a request could meet that. */
const idleMs = 5000;

/** TLS settings by Node.js's names, only those that were given: a `ca` of undefined is not a default. */
function nodeTlsOptions(tls: TlsOptions): AgentOptions {
  const { alpnProtocols, ...rest } = tls;
  const given = Object.entries({ ...rest, ALPNProtocols: alpnProtocols }).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  return Object.fromEntries(given);
}

/** Reads a proxy's address; a bare `host:port` means `http://host:port`. It may hold a password: it is never quoted. */
function parseProxyUrl(text: string): URL {
  const refuse = (problem: string): never => {
    throw new OchnoError('OCHNO_NETWORK', `HTTPS_PROXY ${problem}; write it like http://proxy.example:8080`, {
      reason: 'proxy',
    });
  };
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(full)) return refuse('is not a URL');
  const url = new URL(full);
  if (url.hostname === '') return refuse('names no host');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return refuse(`names a ${url.protocol.slice(0, -1)} proxy, which is not supported`);
  }
  return url;
}

/**
 * The agent through which a URL is reached: a tunnel if the environment names a proxy for it, else a plain one. It
 * serves requests and WebSockets alike. Its owner calls `destroy()` at the end.
 *
 * @param keepAlive whether a connection is kept for the next request; not for requests that must not meet one that the
 * server is just closing
 * @param url `https:`, `wss:`, `http:` or `ws:`
 * @throws OchnoError OCHNO_NETWORK with reason `proxy` if the proxy's address is unusable
 */
export function agentFor(url: URL, options: NetworkOptions, { keepAlive } = { keepAlive: true }): HttpAgent {
  const tlsOptions = nodeTlsOptions(options.tls ?? {});
  const proxy = proxyFor(url, options.environment ?? process.env);
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  if (proxy !== undefined) {
    return new TunnelAgent(parseProxyUrl(proxy), { tls: secure ? tlsOptions : undefined, keepAlive, idleMs });
  }
  const kept = { keepAlive, timeout: idleMs, autoSelectFamilyAttemptTimeout: addressTimeoutMs };
  return secure ? new HttpsAgent({ ...tlsOptions, ...kept }) : new HttpAgent(kept);
}

/**
 * The agent for the stream's server, which is another one than the account's: the server name of the TLS settings is not
 * its name, and their authorities, who may vouch for a company's proxy alone, are trusted beside Node.js's own ones.
 *
 * @throws OchnoError as `agentFor` does
 */
export function streamAgentFor(url: URL, options: NetworkOptions): HttpAgent {
  const { servername: _, ca, ...rest } = options.tls ?? {};
  const hasOwn = ca !== undefined && ca.length > 0;
  return agentFor(url, { ...options, tls: hasOwn ? { ...rest, ca: [...usualAuthorities(), ca].flat() } : rest });
}

/** Whom Node.js trusts where it is told nothing; it tells of them itself from 22.15 on. */
function usualAuthorities(): readonly string[] {
  const { getCACertificates } = tls as typeof tls & { getCACertificates?: (kind: 'default') => string[] };
  return getCACertificates?.('default') ?? [...tls.rootCertificates, ...extraAuthorities()];
}

function extraAuthorities(): readonly string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  if (file === undefined || file === '') return [];
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    // Node.js has warned of that at its start, and goes on without them as well.
    return [];
  }
}
