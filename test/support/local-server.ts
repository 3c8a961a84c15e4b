import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, its body read. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes go out as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** Answers one request; without a reply it has dealt with `response` itself, or leaves the client waiting. */
export type Handler = (
  request: SeenRequest,
  response: ServerResponse,
) => Reply | undefined | Promise<Reply | undefined>;

export interface LocalServer {
  readonly url: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** Requests as `GET /path`, in order. */
  readonly lines: string[];
  close(): Promise<void>;
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const { method = '', url = '', headers } = request;
  return { method, url, headers, body: Buffer.concat(parts).toString('utf8') };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
  response.statusCode = status;
  response.setHeader('content-type', typeof body === 'string' ? 'text/plain' : 'application/json');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(raw ? body : JSON.stringify(body));
}

/** A real HTTP server on a free port of 127.0.0.1, HTTPS where `tls` is given. */
export async function startLocalServer(handler: Handler, tls?: ServerOptions): Promise<LocalServer> {
  const seen: SeenRequest[] = [];
  const lines: string[] = [];
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const request = await readRequest(incoming);
      seen.push(request);
      lines.push(`${request.method} ${request.url}`);
      const reply = await handler(request, response);
      if (reply !== undefined) send(response, reply);
    } catch {
      // The client went away in the middle, which some tests make it do.
      response.destroy();
    }
  };
  const server: Server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    seen,
    lines,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
