import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { checkPath, fillPath, requestUrl } from '../../../src/protocol/rest/path-rules';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { ochnoError } from '../../support/ochno-errors';

const server = parseServerUrl('https://operated.ochno.com');
const subPath = parseServerUrl('https://proxy.example:8443/ochno');

describe('a request path', () => {
  const good: [path: string, href: string][] = [
    ['/api/companies', '/api/companies'],
    ['api/companies', '/api/companies'],
    ['/', '/'],
    ['/api/ports/', '/api/ports/'],
    ['/api/ports/aa:bb:cc', '/api/ports/aa:bb:cc'],
    ['/api/ports/...', '/api/ports/...'],
    ['/api/ports/.hidden', '/api/ports/.hidden'],
    ['/api/ports/a%20b', '/api/ports/a%20b'],
    ['/api/ports/50%25', '/api/ports/50%25'],
    ['/api/ports/kök', '/api/ports/k%C3%B6k'],
    ['/api/ports?hubIds=a&hubIds=b', '/api/ports?hubIds=a&hubIds=b'],
    ['/api/ports?next=//elsewhere/../x', '/api/ports?next=//elsewhere/../x'],
    ['/api/ports;v=1', '/api/ports;v=1'],
  ];
  for (const [path, href] of good) {
    it(`may be ${path}`, () => {
      assert.equal(requestUrl(server, path).href, `https://operated.ochno.com${href}`);
      assert.equal(requestUrl(subPath, path).href, `https://proxy.example:8443/ochno${href}`);
    });
  }

  const bad: [path: unknown, says: RegExp][] = [
    ['', /empty/],
    [' ', /empty/],
    [undefined, /it is empty/],
    [{}, /must be text/],
    ['https://evil.example/', /scheme/],
    ['HTTPS://evil.example/', /scheme/],
    ['javascript:alert(1)', /scheme/],
    ['file:/etc/passwd', /scheme/],
    ['//evil.example/api', /\/\//],
    ['/api//ports', /\/\//],
    ['/%2fevil.example', /\/\//],
    ['%2f%2fevil.example', /\/\//],
    ['/%252f%252fevil.example', /\/\//],
    ['\\\\evil.example', /backslash/],
    ['/\\evil.example', /backslash/],
    ['/api/x%5c..%5cevil', /segment/],
    ['/api/%255c..%255c', /backslash|segment/],
    ['/api?a=\\', /backslash/],
    ['/api/../auth', /segment/],
    ['/..', /segment/],
    ['..', /segment/],
    ['./api', /segment/],
    ['/api/.', /segment/],
    ['/api/%2e%2e/auth', /segment/],
    ['/api/.%2E/auth', /segment/],
    ['/api/%252e%252e/auth', /segment/],
    ['/api/%25252e%25252e/auth', /segment/],
    ['/api/..%2fauth', /segment/],
    ['/api/a%2f..%2fauth', /segment/],
    ['/api/..;/auth', /segment/],
    ['/api/..;x=1/auth', /segment/],
    ['/api/..%20/auth', /segment/],
    ['/api/..%3fauth', /segment/],
    ['/api/..?x', /segment/],
    ['/api/%c0%ae%c0%ae/auth', /%25/],
    ['/api/%', /%25/],
    ['/api/%zz', /%25/],
    ['/api/%25252525252525252e', /too many times/],
    ['/api/a b', /space/],
    ['/api/a\r\nHost: evil', /line break/],
    ['/api/a\tb', /line break/],
    ['/api/a\u0000b', /line break/],
    ['/api/a\u007fb', /line break/],
    ['/api/a\u2028b', /line break/],
    ['/api/a%0d%0aHost:%20evil', /line break/],
    ['/api/a%250d%250aHost', /line break/],
    ['/api/a%00b', /line break/],
    ['/api/x?a=1\r\nHost: evil', /line break/],
    ['/api/x#y', /#/],
    ['/api/{id}', /brace/],
    ['/api/a}', /brace/],
  ];
  for (const [path, says] of bad) {
    it(`may not be ${JSON.stringify(path) ?? 'undefined'}`, () => {
      assert.throws(() => requestUrl(server, path), ochnoError('OCHNO_VALUE', says));
      assert.throws(() => requestUrl(subPath, path), ochnoError('OCHNO_VALUE', says));
    });
  }

  it('is never quoted with its line breaks', () => {
    assert.throws(
      () => checkPath('/a\nforged log line'),
      (error: Error) => !error.message.includes('\n'),
    );
  });

  it('whatever it is, leads under the server or is OCHNO_VALUE', () => {
    const pieces = [
      '/',
      '//',
      '.',
      '..',
      '%2e',
      '%2E',
      '%252e',
      '%2f',
      '%5c',
      '\\',
      ':',
      '@',
      '?',
      '#',
      ';',
      '\r\n',
      ' ',
      'a',
      'evil.example',
      'https:',
      '%',
      '%25',
      '{',
      '}',
      'é',
      '\ud800',
    ];
    const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(hostile, fc.webUrl(), fc.string({ unit: 'binary' })), (path) => {
        for (const base of [server, subPath]) {
          let url: URL;
          try {
            url = requestUrl(base, path);
          } catch (error) {
            assert.ok(error instanceof OchnoError && error.code === 'OCHNO_VALUE', String(error));
            continue;
          }
          assert.equal(url.origin, base.origin);
          assert.equal(url.username + url.password + url.hash, '');
          assert.ok(url.pathname.startsWith(base === server ? '/' : '/ochno/'));
          let reading = url.pathname;
          for (let round = 0; round < 8; round += 1) {
            assert.doesNotMatch(reading, /\/\/|(^|[/\\])\.\.?([/\\]|$)/);
            reading = reading.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the places of a path', () => {
  it('are filled with encoded values', () => {
    const params = { id: 'a/b c', n: 5, on: true, 'dotted.name': 'ö?&#%' };
    assert.equal(
      fillPath('/x/{id}/{n}/{on}/{dotted.name}?q={id}', params),
      '/x/a%2Fb%20c/5/true/%C3%B6%3F%26%23%25?q=a%2Fb%20c',
    );
  });

  const bad: [template: string, params: unknown, says: RegExp][] = [
    ['/x/{id}', {}, /\{id\} has no value.*msg\.params\.id/],
    ['/x/{id}', undefined, /\{id\} has no value/],
    ['/x/{id}', { id: null }, /\{id\} has no value/],
    ['/x/{id}', { id: '' }, /\{id\} has no value/],
    ['/x/{toString}', {}, /\{toString\} has no value/],
    ['/x/{__proto__}', {}, /\{__proto__\} has no value/],
    ['/x/{id}', { id: {} }, /\{id\} must be text or a number, not an object/],
    ['/x/{id}', { id: ['a'] }, /\{id\} must be text or a number, not an array/],
    ['/x/{id}', { id: Number.NaN }, /\{id\} must be text or a number/],
    ['/x/{id}', { id: '\ud800' }, /\{id\}.*Unicode/],
    ['/x/{id}', { id: '.' }, /segment/],
    ['/x/{id}', { id: '..' }, /segment/],
    ['/x/{id}/y', { id: '%2e%2e' }, /segment/],
    ['/x/{id}/y', { id: '%252e%252e' }, /segment/],
    ['/x/{id}', { id: 'a/../../y' }, /segment/],
    ['/x/{id}', { id: '//evil.example' }, /\/\//],
    ['/x/{id}', { id: 'https://evil.example' }, /\/\//],
    ['/x/{id}', { id: 'a\\..\\b' }, /segment/],
    ['/x/{id}', { id: 'a\r\nb' }, /line break/],
    ['/x/{a}{b}', { a: '.', b: '.' }, /segment/],
    ['/x/%2{a}{b}', { a: 'e', b: '.' }, /segment/],
    ['{scheme}:{rest}', { scheme: 'https', rest: '//evil.example' }, /scheme|\/\//],
    ['/x/{}', {}, /brace/],
  ];
  for (const [template, params, says] of bad) {
    it(`are refused: ${template} with ${JSON.stringify(params) ?? 'nothing'}`, () => {
      assert.throws(() => fillPath(template, params), ochnoError('OCHNO_VALUE', says));
    });
  }

  it('hold any other value as one segment that the server reads back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        let path: string;
        try {
          path = fillPath('/api/ports/{id}/end', { id });
        } catch (error) {
          assert.ok(error instanceof OchnoError && error.code === 'OCHNO_VALUE');
          return;
        }
        const segments = requestUrl(server, path).pathname.split('/');
        assert.deepEqual([segments.length, decodeURIComponent(segments[3] ?? '')], [5, id]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('URL parameters', () => {
  const search = (query: unknown): string => requestUrl(server, '/x', query).search;

  it('are encoded, arrays repeated, empty ones left out', () => {
    assert.equal(
      search({ hubIds: ['a', 'b c'], n: 1.5, on: false, none: null, nor: undefined, å: '&=?#/\r\n' }),
      '?hubIds=a&hubIds=b%20c&n=1.5&on=false&%C3%A5=%26%3D%3F%23%2F%0D%0A',
    );
    assert.equal(search({ ids: [] }), '');
    for (const none of [undefined, null, '', {}]) assert.equal(search(none), '');
  });

  it('follow those the path has', () => {
    assert.equal(requestUrl(server, '/x?a=1', { b: 2 }).search, '?a=1&b=2');
  });

  for (const query of [
    'a=1',
    5,
    [],
    { a: {} },
    { a: [['b']] },
    { a: Number.NaN },
    { a: () => 1 },
    { '': 1 },
    { a: new Date(0) },
    { a: '\udc00' },
    new Map([['a', 1]]),
  ]) {
    it(`are refused: ${String(JSON.stringify(query) ?? query)}`, () => {
      assert.throws(() => search(query), ochnoError('OCHNO_VALUE', /^query/));
    });
  }

  it('C17: encodes a backslash in an id, as it does everything else', () => {
    for (const id of ['a\\b', 'DOMAIN\\me', '\\', '007', '100%', 'a b', 'å', '日本']) {
      const { pathname } = requestUrl(new URL('https://p.example'), fillPath('/api/hubs/{id}', { id }));
      assert.equal(pathname, `/api/hubs/${encodeURIComponent(id)}`);
    }
  });
});
