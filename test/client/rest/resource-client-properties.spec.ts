import assert from 'node:assert/strict';
import fc from 'fast-check';
import { silentLogger } from '../../../src/client/logger';
import type { HttpAnswer } from '../../../src/client/rest/http-answer';
import type { HttpRequest } from '../../../src/client/rest/http-exchange';
import { LogIn } from '../../../src/client/rest/log-in';
import { ResourceClient } from '../../../src/client/rest/resource-client';
import { RestClient } from '../../../src/client/rest/rest-client';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { FakeClock } from '../../support/fake-clock';
import { nowMs, portNames } from './resource-stage';

const server = parseServerUrl('https://operated.ochno.com/base');

const hostile = fc.oneof(
  fc.constantFrom(
    '..',
    '../..',
    '//evil.example',
    'https://evil.example/x',
    '\\\\evil',
    '%2e%2e',
    '%252e%252e%252f',
    'a\r\nX: y',
    '/api/x',
    '/api/{id}',
    '',
    'power',
  ),
  fc.string({ unit: 'binary' }),
  fc.anything(),
);

/** Mostly one of these, so that much of it is sent, and now and then anything. */
function mostly(...good: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: hostile });
}

const anyCall = fc.record(
  {
    resource: mostly('companies', 'locations', 'floorPlans', 'hubs', 'ports', 'metrics', 'custom'),
    operation: mostly('list', 'get', 'create', 'replace', 'update', 'delete', 'request'),
    id: fc.oneof(fc.constantFrom('a', 'desk 12', 'ö'), hostile),
    method: mostly('GET', 'POST', 'put', 'PATCH', 'DELETE', ''),
    path: fc.oneof(fc.constantFrom('/api/x', 'api/{id}/y', '/x?a={id}'), hostile),
    params: fc.oneof(fc.record({ id: hostile }), hostile),
    query: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 2, arbitrary: fc.dictionary(fc.string({ unit: 'binary' }), hostile) },
      { weight: 1, arbitrary: hostile },
    ),
    body: mostly({ name: 'Desk' }),
    all: fc.boolean(),
    shape: fc.constantFrom('platform', 'series', undefined),
  },
  { requiredKeys: ['resource', 'operation'] },
);

/** A resource client with the whole of REST below it, and what would have gone over the network. */
function wholeClient(): { resources: ResourceClient; sent: readonly HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const http = {
    server,
    send: async (request: HttpRequest): Promise<HttpAnswer> => {
      sent.push(request);
      const body = request.url.pathname === '/base/auth/jwt' ? '{"token":"abc"}' : '{}';
      return { statusCode: 200, headers: {}, body: Buffer.from(body) };
    },
  };
  const around = { clock: new FakeClock(nowMs), random: () => 0, log: silentLogger };
  const logIn = new LogIn({ http, email: 'e', password: 'p', ...around });
  const rest = new RestClient({ http, logIn, ...around });
  return { resources: new ResourceClient(rest, { ...around, portNames }), sent };
}

describe('the resource client, whatever it is given', () => {
  it('sends nothing that is not under the server, and fails with a short OCHNO_VALUE or OCHNO_HTTP', async () => {
    const { resources, sent } = wholeClient();
    await fc.assert(
      fc.asyncProperty(anyCall, async (given) => {
        try {
          await resources.call(given);
        } catch (error) {
          assert.ok(error instanceof OchnoError && ['OCHNO_VALUE', 'OCHNO_HTTP'].includes(error.code), String(error));
          assert.ok(error.message.length < 500, error.message);
          assert.doesNotMatch(error.message, /[\r\n]/);
        }
      }),
      { numRuns: 10_000 },
    );
    assert.ok(sent.length > 1000, `only ${sent.length} were sent`);
    for (const { url, method, headers } of sent) {
      assert.equal(url.origin, server.origin);
      assert.ok(url.pathname.startsWith('/base/'), url.href);
      assert.match(method, /^[A-Z]+$/);
      assert.doesNotMatch(JSON.stringify(headers), /[\r\n]/);
    }
  }).timeout(60_000);
});
