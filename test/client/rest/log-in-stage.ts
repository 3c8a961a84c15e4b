import { silentLogger } from '../../../src/client/logger';
import { HttpExchange } from '../../../src/client/rest/http-exchange';
import { LogIn } from '../../../src/client/rest/log-in';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import type { Opened } from '../../support/closing';
import { FakeClock } from '../../support/fake-clock';
import { type Handler, type LocalServer, startLocalServer } from '../../support/local-server';

export const password = 'p4ssw0rd "with" quotes';

/** A log-in to a local server that answers as `handler` says, with a clock that the test turns. */
export async function startLogIn(
  opened: Opened,
  handler: Handler,
): Promise<{ server: LocalServer; logIn: LogIn; clock: FakeClock }> {
  const clock = new FakeClock(Date.now());
  const server = opened.add(await startLocalServer(handler));
  const http = opened.add(new HttpExchange(parseServerUrl(server.url), { environment: {} }));
  const logIn = new LogIn({ http, email: 'me@example.com', password, clock, random: () => 0, log: silentLogger });
  return { server, logIn, clock };
}
