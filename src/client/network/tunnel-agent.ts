import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { quoted } from '../../protocol/json/quoted';
import { OchnoError } from '../../protocol/ochno-error';
import { onAbort } from '../time/abort-listeners';

/**
 * How long one of a host's addresses is given before the next is tried. Node.js's own 250 ms are less than a satellite
 * link takes, and than a mobile one does that has to wake up: there each address would be given up, the only good one too.
 */
export const addressTimeoutMs = 3000;

export interface TunnelTimes {
  /** How long the proxy may take to answer CONNECT. A request that is given up meanwhile does not tell its agent. */
  readonly answerMs: number;
  /** How long a tunnel that nobody uses stays open. */
  readonly idleMs: number;
}

const usualTimes: TunnelTimes = { answerMs: 20_000, idleMs: 5000 };

/** What an agent of agent-base is handed for a connection. */
type ConnectOptions = Parameters<import('https-proxy-agent').HttpsProxyAgent<string>['connect']>[1];

function proxyFailure(proxy: URL, problem: string, cause?: unknown): OchnoError {
  return new OchnoError('OCHNO_NETWORK', `The proxy ${proxy.host} ${problem}; check HTTPS_PROXY and NO_PROXY.`, {
    reason: 'proxy',
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
}

function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // The message may quote what the proxy said.
  return code ?? quoted(error instanceof Error ? error.message : error, 80);
}

/** TLS towards the target. The tunnel's socket belongs to the proxy's host, so the name to check is given by hand. */
function targetTls(tls: ConnectionOptions, host: string | undefined): ConnectionOptions {
  const name = tls.servername ?? host ?? '';
  return { ...tls, checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate) };
}

/**
 * An agent that reaches its targets through an HTTP proxy with CONNECT. Unlike the class it builds on, it takes a
 * refused CONNECT for the proxy's refusal and not for the target's answer, applies the TLS settings to the target,
 * does not wait for ever for a silent proxy, and when it is destroyed closes connections that are only being made,
 * too.
 *
 * @param tls settings for the target; the proxy itself, if `https:`, is checked by Node.js's defaults
 */
export async function tunnelAgent(proxy: URL, tls: ConnectionOptions, times = usualTimes): Promise<Agent> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');

  class TunnelAgent extends HttpsProxyAgent<string> {
    readonly #toProxy = this.connectOpts;
    readonly #closing = new AbortController();

    override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
      const giveUp = new AbortController();
      const abort = (): void => giveUp.abort();
      const timer = setTimeout(abort, times.answerMs);
      const off = onAbort(this.#closing.signal, abort);
      let status = 200;
      request.once('proxyConnect', (answer: { statusCode: number }) => {
        status = answer.statusCode;
      });
      try {
        // The base class reads `connectOpts` before its first await, so each connection gets a signal of its own.
        this.connectOpts = { ...this.#toProxy, signal: giveUp.signal };
        const target = options.secureEndpoint ? Object.assign(options, targetTls(tls, options.host)) : options;
        const socket = await super.connect(request, target);
        if (status === 200) return socket;
        socket.destroy();
      } catch (error) {
        const problem = giveUp.signal.aborted ? 'did not answer' : `could not be used (${describe(error)})`;
        throw proxyFailure(proxy, problem, error);
      } finally {
        clearTimeout(timer);
        off();
      }
      throw proxyFailure(proxy, `refused the connection with status ${status}`);
    }

    override destroy(): void {
      this.#closing.abort();
      super.destroy();
    }
  }

  const agent = new TunnelAgent(proxy, { keepAlive: true, autoSelectFamilyAttemptTimeout: addressTimeoutMs });
  // Node.js's agent closes idle connections by this option, which the base class leaves out of what it was given.
  return Object.assign(agent, { options: { path: undefined, timeout: times.idleMs } });
}
