import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApiRequest, HttpProblem, type Reply } from '../api/http-reply';
import type { Building } from '../building/building';
import { BuildingHands } from '../building/building-hands';
import { BuildingRooms } from '../building/building-rooms';
import type { Lamps } from '../building/lamps';
import { FloorWatch } from './building-floor';
import { PageFeed } from './building-page-feed';
import { type PageFile, pageFile } from './building-page-files';
import { obeyPage } from './building-page-routes';
import type { PassedView } from './building-view';
import { shorten } from './message-gist';
import { isForLoopback, isFromOwnPage } from './same-origin';

const mostBodyBytes = 4096;

const guard: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** The page at `/` that shows the building and lets a person act in it; needs no log-in, answers this computer only. */
export class BuildingPage {
  /** What a person can do in the building, on the page or without it. */
  readonly hands: BuildingHands;
  readonly #building: Building;
  readonly #now: () => number;
  readonly #rooms: BuildingRooms;
  readonly #watch: FloorWatch;
  readonly #feeds = new Set<PageFeed>();

  constructor(building: Building, lamps: Lamps, now: () => number) {
    this.#building = building;
    this.#now = now;
    this.#rooms = new BuildingRooms(building);
    this.hands = new BuildingHands({ building, lamps, rooms: this.#rooms, now }, (roomId) => {
      for (const feed of this.#feeds) feed.roomChanged(roomId);
    });
    this.#watch = new FloorWatch(building, this.#rooms, this.hands);
  }

  /** Takes a request that is the page's own; false where it is somebody else's. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const { path } = targetOf(request);
    if (path !== '/' && !path.startsWith('/building/')) return false;
    request.on('error', () => response.destroy());
    if (!isForLoopback(request.headers)) {
      send(response, { status: 403, body: { message: 'This page is for this computer only' } });
    } else if (request.method === 'GET' || request.method === 'HEAD') this.#show(request, response);
    else this.#act(request, response);
    return true;
  }

  /** A message passed the broker. */
  passed(direction: PassedView['direction'], topic: string, payload: string | Buffer): void {
    if (this.#feeds.size === 0) return;
    const message = { at: this.#now(), direction, topic, ...shorten(payload) };
    const [, , , , hub = '', port = ''] = topic.split('/');
    const portKey = direction === 'event' ? this.#building.portKey(hub, port) : undefined;
    for (const feed of this.#feeds) {
      feed.passed(message);
      if (portKey !== undefined) feed.portChanged(portKey);
    }
  }

  /** Something was created, renamed, moved or deleted over the HTTP API. */
  rearranged(): void {
    this.#rooms.rearranged();
    for (const feed of this.#feeds) feed.rearranged();
  }

  stop(): void {
    this.hands.stop();
    for (const feed of this.#feeds) feed.stop();
  }

  #show(request: IncomingMessage, response: ServerResponse): void {
    const { path, query } = targetOf(request);
    if (path === '/building/live' && request.method === 'GET') {
      this.#feed(response, query);
      return;
    }
    try {
      const file = pageFile(path);
      // It may be an action's path: the answer to it says what is wrong.
      if (file === undefined) send(response, this.#answer(request, Buffer.alloc(0)));
      else sendFile(response, file, request.method === 'HEAD');
    } catch (error) {
      send(response, { status: 500, body: { message: `The page cannot be made: ${String(error)}` } });
    }
  }

  #feed(response: ServerResponse, query: URLSearchParams): void {
    const wanted = Object.fromEntries(
      [...query].filter(([name]) => name === 'company' || name === 'location' || name === 'floor'),
    );
    const feed = new PageFeed(response, this.#watch, wanted);
    this.#feeds.add(feed);
    response.on('close', () => {
      feed.stop();
      this.#feeds.delete(feed);
    });
  }

  #act(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBodyBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      if (bytes > mostBodyBytes) send(response, { status: 413, body: { message: 'The body is too large' } });
      else send(response, this.#answer(request, Buffer.concat(chunks)));
    });
  }

  #answer(request: IncomingMessage, bytes: Buffer): Reply {
    try {
      if (request.method === 'POST' && !isFromOwnPage(request.headers)) {
        throw new HttpProblem(403, 'Only the building page itself may do this');
      }
      obeyPage({ building: this.#building, rooms: this.#rooms, hands: this.hands }, readRequest(request, bytes));
      return { status: 204 };
    } catch (error) {
      if (error instanceof HttpProblem) return error.reply;
      return { status: 500, body: { message: `The simulator failed: ${String(error)}` } };
    }
  }
}

function targetOf(request: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  return { path, query: new URLSearchParams(query) };
}

function readRequest(request: IncomingMessage, bytes: Buffer): ApiRequest {
  const { path, query } = targetOf(request);
  const { method = 'GET', headers, url = '/' } = request;
  return { method, segments: decode(path), query, headers, target: url, bytes, body: () => parse(headers, bytes) };
}

function decode(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw new HttpProblem(400, 'The path is not properly encoded');
  }
}

/** A form of a foreign page could not send this type without asking first. */
function parse({ 'content-type': type = '' }: IncomingMessage['headers'], bytes: Buffer): unknown {
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new HttpProblem(415, 'Send application/json');
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new HttpProblem(400, 'The body is not JSON');
  }
}

function sendFile(response: ServerResponse, { type, bytes }: PageFile, onlyHead: boolean): void {
  response.writeHead(200, {
    ...guard,
    'Content-Type': type,
    'Content-Length': String(bytes.length),
    'Cache-Control': 'no-cache',
  });
  response.end(onlyHead ? undefined : bytes);
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...guard,
    ...(text !== '' && { 'Content-Type': 'application/json; charset=utf-8' }),
    ...(status !== 204 && { 'Content-Length': String(Buffer.byteLength(text)) }),
    ...headers,
  });
  response.end(text);
}
