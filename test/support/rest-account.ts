import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '../../src/client/logger';
import type { NetworkOptions } from '../../src/client/network/network-agent';
import { HttpExchange } from '../../src/client/rest/http-exchange';
import { LogIn } from '../../src/client/rest/log-in';
import { RestClient } from '../../src/client/rest/rest-client';
import type { Clock } from '../../src/client/time/clock';
import { parseServerUrl } from '../../src/protocol/rest/server-url';
import type { Opened } from './closing';
import { FakeClock } from './fake-clock';
import { type Handler, type LocalServer, type Reply, type SeenRequest, startLocalServer } from './local-server';

export interface RestAccount {
  readonly server: LocalServer;
  readonly http: HttpExchange;
  readonly logIn: LogIn;
  readonly rest: RestClient;
  readonly clock: FakeClock;
  /** Requests other than the log-in. */
  calls(): SeenRequest[];
}

export interface RestAccountOptions {
  readonly subPath?: string;
  readonly network?: NetworkOptions | undefined;
  readonly clock?: FakeClock;
  readonly onAnswer?: (() => void) | undefined;
}

/**
 * A REST client and a server that gives tokens `session-token-1`, `session-token-2`, … and hands everything else to
 * `handler`.
 */
export async function startRestAccount(
  opened: Opened,
  handler: Handler,
  { subPath = '', network, clock = new FakeClock(Date.now()), onAnswer }: RestAccountOptions = {},
): Promise<RestAccount> {
  let logIns = 0;
  const answer: Handler = (request, response): ReturnType<Handler> => {
    if (request.url !== `${subPath}/auth/jwt`) return handler(request, response);
    logIns += 1;
    return { body: { token: `session-token-${logIns}` } };
  };
  const server = opened.add(await startLocalServer(answer));
  const calls = (): SeenRequest[] => server.seen.filter(({ url }) => url !== `${subPath}/auth/jwt`);
  return { server, calls, clock, ...restClientFor(opened, `${server.url}${subPath}`, clock, { network, onAnswer }) };
}

/** A REST client with all that belongs to it, for a server that a test starts by itself. */
export function restClientFor(
  opened: Opened,
  url: string,
  clock: Clock,
  { network = { environment: {} }, onAnswer }: RestAccountOptions = {},
): Pick<RestAccount, 'http' | 'logIn' | 'rest'> {
  const http = opened.add(new HttpExchange(parseServerUrl(url), network));
  const random = (): number => 0;
  const logIn = new LogIn({ http, email: 'me', password: 'secret password', clock, random, log: silentLogger });
  const rest = opened.add(new RestClient({ http, logIn, clock, random, log: silentLogger, onAnswer }));
  return { http, logIn, rest };
}

/** Answers one reply after the other, the last one for ever. */
export function inTurn(...replies: readonly (Reply | 'hang up' | 'silent')[]): Handler {
  let next = 0;
  return (_, response) => {
    const reply = replies[Math.min(next, replies.length - 1)];
    next += 1;
    if (reply === 'hang up') response.destroy();
    return reply === 'hang up' || reply === 'silent' ? undefined : reply;
  };
}

/**
 * Lets time pass until a promise is settled, ten times as fast as it does: an answer that is on its way over a real socket,
 * to a busy process, is there before the time for it is over.
 */
export async function pass<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  while (!settled) {
    await clock.advance(clock.timers > 0 ? 10 : 0);
    await delay(1);
  }
  return promise;
}
