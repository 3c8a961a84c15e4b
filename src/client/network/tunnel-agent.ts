import { Agent, type ClientRequestArgs, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { quoted } from '../../protocol/json/quoted';
import { OchnoError } from '../../protocol/ochno-error';
import { onAbort } from '../time/abort-listeners';
import { codeOf } from './failure-reason';

/**
 * How long one of a host's addresses is given before the next is tried. Node.js's own 250 ms are less than a satellite
 * link takes, and than a mobile one does that has to wake up: there each address would be given up, the only good one too.
 */
export const addressTimeoutMs = 3000;

interface TunnelOptions {
  /** Settings for the target, where that is one with TLS; the proxy itself, if `https:`, is checked by Node.js's defaults. */
  readonly tls: ConnectionOptions | undefined;
  /** Whether a tunnel serves one request after another. */
  readonly keepAlive: boolean;
  /** How long the proxy may take to answer CONNECT. A request that is given up meanwhile does not tell its agent. */
  readonly answerMs?: number;
  /** How long a tunnel that nobody uses stays open. */
  readonly idleMs: number;
}

const usualAnswerMs = 20_000;

function proxyFailure(proxy: URL, problem: string, cause?: unknown): OchnoError {
  return new OchnoError('OCHNO_NETWORK', `The proxy ${proxy.host} ${problem}; check HTTPS_PROXY and NO_PROXY.`, {
    reason: 'proxy',
    retryable: true,
    cause,
  });
}

/** RFC 7617; a URL holds user and password percent-encoded. */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** As it stands where it is not percent-encoded throughout: a `%` of a password is easily forgotten. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * An agent that reaches its targets through an HTTP proxy with CONNECT (RFC 9110, 9.3.6). A refused CONNECT is the proxy's
 * refusal and never taken for the target's answer; a silent proxy is not waited for without end; and when the agent is
 * destroyed, connections that are only being made are closed too.
 */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #options: TunnelOptions;
  readonly #closing = new AbortController();

  constructor(proxy: URL, options: TunnelOptions) {
    super({ keepAlive: options.keepAlive, timeout: options.idleMs });
    this.#proxy = proxy;
    this.#options = options;
    // What Node.js holds a request's own against; the base class speaks without TLS.
    Object.assign(this, options.tls ? { protocol: 'https:', defaultPort: 443 } : {});
  }

  /** Called by Node.js for each new connection; `callback` gets it, or why there is none. */
  override createConnection(
    target: ClientRequestArgs,
    callback: (error: Error | null, socket?: Duplex) => void,
  ): undefined {
    const host = target.host ?? 'localhost';
    const { tls } = this.#options;
    this.#openTunnel(`${isIP(host) === 6 ? `[${host}]` : host}:${target.port ?? 443}`)
      .then((socket) => (tls === undefined ? socket : startTls(socket, host, tls)))
      .then((socket) => callback(null, socket), callback);
  }

  override destroy(): void {
    this.#closing.abort();
    super.destroy();
  }

  /** Asks the proxy for a connection; `authority` is the target's host and port. */
  #openTunnel(authority: string): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const { protocol, hostname, port } = this.#proxy;
      const request = (protocol === 'https:' ? requestSecurely : requestPlainly)({
        method: 'CONNECT',
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port === '' ? (protocol === 'https:' ? 443 : 80) : port,
        path: authority,
        headers: { Host: authority, ...authorization(this.#proxy) },
        agent: false,
        // An option of `net.connect` that the types of a request do not know.
        ...{ autoSelectFamilyAttemptTimeout: addressTimeoutMs },
      });
      const giveUp = (): void => void request.destroy(new Error('given up'));
      const timer = setTimeout(giveUp, this.#options.answerMs ?? usualAnswerMs);
      const off = onAbort(this.#closing.signal, giveUp);
      request.on('close', () => {
        clearTimeout(timer);
        off();
        // Of no effect where it has answered.
        reject(proxyFailure(this.#proxy, 'did not answer'));
      });
      request.on('error', (error) => {
        // The message may quote what the proxy said.
        const detail = codeOf(error) ?? quoted(error.message, 80);
        const problem = error.message === 'given up' ? 'did not answer' : `could not be used (${detail})`;
        reject(proxyFailure(this.#proxy, problem, error));
      });
      // Whatever the status: to CONNECT Node.js knows no other answer.
      request.on('connect', ({ statusCode }, socket, head) => {
        if (statusCode === 200 && head.length === 0) return resolve(socket);
        socket.destroy();
        reject(proxyFailure(this.#proxy, `refused the connection with status ${statusCode}`));
      });
      request.end();
    });
  }
}

/**
 * The certificate is checked against the target's name: the socket under it belongs to the proxy.
 *
 * @throws Error for a certificate or a key of ours that can't be used
 */
function startTls(socket: Socket, host: string, tls: ConnectionOptions): Duplex {
  // Like Node.js's own agent, which asks for no name where there is only an address.
  const servername = tls.servername ?? (isIP(host) === 0 ? host : '');
  try {
    return connectTls({ ALPNProtocols: ['http/1.1'], ...tls, servername, host, socket });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
