import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Building } from '../building/building';
import type { Faults } from '../faults';
import type { LoopbackServer } from '../http-server';
import type { BuildingPage } from '../page/building-page';
import type { PlatformClock } from '../platform-clock';
import { type Records, type RequestRecord, remember } from '../records';
import type { StreamCredentials } from '../upgrade/stream-credentials';
import type { WireFormat } from '../wire-format';
import type { AccessTokens } from './access-tokens';
import { answerApi } from './api-routes';
import type { Collection } from './collection';
import { strikeHttpFault } from './http-faults';
import { type ApiRequest, bodyObject, HttpProblem, type Reply, textField } from './http-reply';
import { StaleConnections } from './stale-connections';
import type { GatewayPlace } from './stream-access';

/** What the HTTP API needs of the rest of the platform. */
export interface ApiContext {
  readonly building: Building;
  readonly collections: ReadonlyMap<string, Collection>;
  readonly clock: PlatformClock;
  readonly credentials: StreamCredentials;
  readonly email: string;
  readonly etags: boolean;
  readonly faults: Faults;
  /** By the floor plan's id. */
  readonly floorImages: Map<string, { readonly type: string; readonly bytes: Buffer }>;
  readonly gateway: GatewayPlace;
  /** What is not of the API but shown to people. */
  readonly page: BuildingPage;
  readonly pageSize: number | undefined;
  readonly password: string;
  readonly records: Records;
  readonly tokens: AccessTokens;
  readonly wire: WireFormat;
}

const mostBodyBytes = 1024 * 1024;

/** The HTTP API of the platform on a server. */
export function serveApi({ server }: LoopbackServer, context: ApiContext): void {
  const stale = new StaleConnections(context.faults);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (context.page.serve(request, response) || stale.cuts(request, response)) return;
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBodyBytes) chunks.push(chunk);
    });
    request.on('error', () => response.destroy());
    request.on('end', () => {
      const read = readRequest(context, request, Buffer.concat(chunks));
      const record = recordRequest(context.records, request, read);
      response.on('finish', () => {
        record.statusCode = response.statusCode;
      });
      response.setHeader('Date', context.clock.date().toUTCString());
      if (read === undefined)
        send(context, response, { status: 400, body: { message: 'The path is not properly encoded' } });
      else if (bytes > mostBodyBytes)
        send(context, response, { status: 413, body: { message: 'The body is too large' } });
      else strikeHttpFault(context.faults, read, response, () => send(context, response, answer(context, read)));
    });
  });
}

function readRequest({ wire }: ApiContext, request: IncomingMessage, bytes: Buffer): ApiRequest | undefined {
  const target = request.url ?? '/';
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  try {
    return {
      method: request.method ?? 'GET',
      segments: path.split('/').slice(1).map(decodeURIComponent),
      query: new URLSearchParams(query),
      headers: request.headers,
      target,
      bytes,
      body: () => parseBody(wire, bytes),
    };
  } catch {
    // A stray per cent sign: answered 400.
    return undefined;
  }
}

function parseBody(wire: WireFormat, bytes: Buffer): unknown {
  try {
    return bytes.length === 0 ? undefined : wire.read(bytes.toString());
  } catch {
    throw new HttpProblem(400, 'The body is not JSON');
  }
}

function recordRequest(records: Records, request: IncomingMessage, read: ApiRequest | undefined): RequestRecord {
  const [path = '', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const headers = { ...request.headers };
  if (headers.authorization !== undefined) headers.authorization = headers.authorization.replace(/ .*/s, ' …');
  let body: unknown;
  try {
    body = read?.body();
  } catch {
    body = 'not JSON';
  }
  // The password is nobody's business.
  if (path === '/auth/jwt' && typeof body === 'object' && body !== null) body = { ...body, password: '…' };
  const record: RequestRecord = { method: request.method ?? 'GET', path, query, headers, body };
  remember(records.requests, record);
  return record;
}

function send({ wire }: ApiContext, response: ServerResponse, reply: Reply): void {
  const body = bodyOf(wire, reply);
  response.writeHead(reply.status, {
    ...(body.length > 0 && { 'Content-Type': 'application/json; charset=utf-8' }),
    ...(reply.status !== 204 && { 'Content-Length': String(body.length) }),
    ...reply.headers,
  });
  response.end(body);
}

function bodyOf(wire: WireFormat, { body }: Reply): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(body === undefined ? '' : wire.write(body));
}

function answer(context: ApiContext, request: ApiRequest): Reply {
  try {
    const [area, name] = request.segments;
    if (area === 'auth' && name === 'jwt') return logIn(context, request);
    if (area === 'auth' && name === 'logout') return logOut(context, request);
    if (area === 'api') {
      checkToken(context, request);
      const reply = answerApi(context, request);
      if (request.method !== 'GET') context.page.rearranged();
      return reply;
    }
    throw new HttpProblem(404, 'There is nothing here');
  } catch (error) {
    if (error instanceof HttpProblem) return error.reply;
    return { status: 500, body: { message: `The simulator failed: ${String(error)}` } };
  }
}

function logIn(context: ApiContext, request: ApiRequest): Reply {
  if (request.method !== 'POST') throw new HttpProblem(405, 'Use POST', { Allow: 'POST' });
  const body = bodyObject(request);
  const right =
    textField(body, 'email') === context.email &&
    textField(body, 'password') === context.password &&
    context.faults.strike('login-refused') === undefined;
  if (!right) {
    context.records.refusedLogIns++;
    throw new HttpProblem(401, 'Incorrect email or password');
  }
  context.records.logIns++;
  return { status: 200, body: { token: context.tokens.issue(context.email) } };
}

function logOut(context: ApiContext, request: ApiRequest): Reply {
  if (request.method !== 'GET') throw new HttpProblem(405, 'Use GET', { Allow: 'GET' });
  context.tokens.revoke(checkToken(context, request));
  context.records.logOuts++;
  return { status: 200, body: { message: 'You are logged out' } };
}

/** The token of a request, else 401. */
function checkToken(context: ApiContext, request: ApiRequest): string {
  const challenge = { 'WWW-Authenticate': 'JWT' };
  const token = /^JWT (\S+)$/.exec(String(request.headers.authorization ?? ''))?.[1];
  if (token === undefined) throw new HttpProblem(401, 'No auth token', challenge);
  const refusal = context.tokens.refusal(token);
  if (refusal !== undefined) throw new HttpProblem(401, refusal, challenge);
  return token;
}
