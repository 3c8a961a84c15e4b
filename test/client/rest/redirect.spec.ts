import assert from 'node:assert/strict';
import { redirectAdvice, redirectTarget, resolveTarget } from '../../../src/client/rest/redirect';
import { failureOf } from '../../support/ochno-errors';

const server = new URL('https://proxy.example/ochno');
const from = new URL('https://proxy.example/ochno/api/ports?page=1');
const answer = (statusCode: number, location?: string) => ({
  statusCode,
  headers: location === undefined ? {} : { location },
  body: Buffer.alloc(0),
});

describe('where a reference of the platform’s leads', () => {
  const below: [reference: string, href: string][] = [
    ['?page=2', 'https://proxy.example/ochno/api/ports?page=2'],
    ['/ochno/api/hubs#top', 'https://proxy.example/ochno/api/hubs'],
    ['https://proxy.example:443/ochno/x', 'https://proxy.example/ochno/x'],
    ['../api/a%20b', 'https://proxy.example/ochno/api/a%20b'],
  ];
  for (const [reference, href] of below) {
    it(`C6: ${reference} leads to ${href}`, () => {
      const target = resolveTarget(reference, from, server);
      assert.equal('url' in target && target.url.href, href);
    });
  }

  const elsewhere: [reference: string, where: RegExp][] = [
    ['/api/ports', /^out of \/ochno/],
    ['/ochnox/api', /^out of \/ochno/],
    ['/ochno/../admin', /^out of \/ochno/],
    ['/ochno/%2E%2e/admin', /^out of \/ochno/],
    ['/ochno/..%2fadmin', /^out of \/ochno/],
    ['/ochno/..%5cadmin', /^out of \/ochno/],
    ['http://proxy.example/ochno/api', /^to http: instead of https:$/],
    ['https://other.example/ochno', /^to another server$/],
    ['https://proxy.example:8443/ochno', /^to another server$/],
    ['//evil.example/ochno', /^to another server$/],
    ['https://user:secret@proxy.example/ochno', /^to another server$/],
    ['javascript:alert(1)', /^to another server$/],
    ['https://[bad', /^to something that is not a URL$/],
  ];
  for (const [reference, where] of elsewhere) {
    it(`C6: ${reference} leads elsewhere`, () => {
      const target = resolveTarget(reference, from, server);
      assert.match('elsewhere' in target ? target.elsewhere : '', where);
    });
  }
});

describe('a redirect', () => {
  it('is one for the statuses that are, with a place to go', () => {
    for (const status of [301, 302, 303, 307, 308]) {
      assert.equal(redirectTarget(answer(status, 'hubs'), from, server)?.pathname, '/ochno/api/hubs');
      assert.equal(redirectTarget(answer(status), from, server), undefined);
    }
    for (const status of [200, 201, 300, 304, 401]) {
      assert.equal(redirectTarget(answer(status, '/x'), from, server), undefined);
    }
  });

  it('is an error if the token must not go', async () => {
    const error = await failureOf(async () => redirectTarget(answer(302, 'https://evil.example/'), from, server));
    assert.deepEqual([error.code, error.statusCode], ['OCHNO_HTTP', 302]);
    assert.match(error.message, /redirects to another server, which is not followed/);
  });

  it('that was not followed says why', () => {
    assert.match(redirectAdvice(answer(304), 'GET') ?? '', /names no address/);
    assert.match(redirectAdvice(answer(302, '/x'), 'POST') ?? '', /for GET only; this was POST/);
    assert.match(redirectAdvice(answer(302, '/x'), 'GET') ?? '', /more than 5 redirects/);
    assert.equal(redirectAdvice(answer(200), 'GET'), undefined);
  });
});
