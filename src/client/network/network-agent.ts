import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { OchnoError } from '../../protocol/ochno-error';
import { proxyFor } from '../../protocol/rest/proxy-rules';
import type { NetworkOptions, TlsOptions } from './network-options';
import { tunnelAgent } from './tunnel-agent';

/** A connection left unused this long is closed, since servers close theirs soon and a request could meet that. */
const idleMs = 5000;

/** TLS settings by Node.js's names, only those that were given: a `ca` of undefined is no default. */
function nodeTlsOptions(tls: TlsOptions): AgentOptions {
  const { alpnProtocols, ...rest } = tls;
  const given = Object.entries({ ...rest, ALPNProtocols: alpnProtocols }).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  return Object.fromEntries(given);
}

/**
 * Reads a proxy's address; a bare `host:port` means `http://host:port`. It may hold a password, so it is never
 * quoted.
 */
function parseProxyUrl(text: string): URL {
  const refuse = (problem: string): never => {
    throw new OchnoError('OCHNO_NETWORK', `HTTPS_PROXY ${problem}; write it like http://proxy.example:8080`, {
      reason: 'proxy',
    });
  };
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    if (url.hostname === '') return refuse('names no host');
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      return refuse(`names a ${url.protocol.slice(0, -1)} proxy, which is not supported`);
    }
    return url;
  } catch (error) {
    if (error instanceof OchnoError) throw error;
    return refuse('is no URL');
  }
}

/**
 * The agent through which a URL is reached: a tunnel where the environment names a proxy for it, else a plain
 * one that keeps connections open. It serves requests and WebSockets alike. Its owner calls `destroy()` at the end.
 *
 * @param url `https:`, `wss:`, `http:` or `ws:`
 * @throws OchnoError OCHNO_NETWORK with reason `proxy` if the proxy's address is unusable
 */
export async function agentFor(url: URL, options: NetworkOptions = {}): Promise<HttpAgent> {
  const tls = nodeTlsOptions(options.tls ?? {});
  const proxy = proxyFor(url, options.environment ?? process.env);
  if (proxy !== undefined) return tunnelAgent(parseProxyUrl(proxy), tls);
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  return secure
    ? new HttpsAgent({ ...tls, keepAlive: true, timeout: idleMs })
    : new HttpAgent({ keepAlive: true, timeout: idleMs });
}
