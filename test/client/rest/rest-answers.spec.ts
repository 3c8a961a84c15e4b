import assert from 'node:assert/strict';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { Opened } from '../../support/closing';
import type { Reply } from '../../support/local-server';
import { failureOf, ochnoError } from '../../support/ochno-errors';
import { inTurn, pass, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const get = { method: 'GET', path: '/api/companies' };

describe('an answer of the REST client', () => {
  afterEach(() => opened.close());

  const bodies: [what: string, reply: Reply, body: unknown][] = [
    ['JSON', { body: { a: [1] } }, { a: [1] }],
    ['JSON with a byte order mark', { body: Buffer.from('\ufeff{"a":1}') }, { a: 1 }],
    [
      'JSON of another kind',
      { headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body: '{"a":1}' },
      { a: 1 },
    ],
    ['text', { body: 'just text' }, 'just text'],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>{}</p>' }, '<p>{}</p>'],
    ['nothing', { status: 204 }, ''],
    ['an empty body', { body: Buffer.alloc(0) }, ''],
    ['compressed JSON', { headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"a":1}') }, { a: 1 }],
  ];

  for (const [what, reply, body] of bodies) {
    it(`reads ${what}`, async () => {
      const { rest } = await startRestAccount(opened, inTurn(reply));
      assert.deepEqual((await rest.request(get)).body, body);
    });
  }

  it('drops what would reach a prototype', async () => {
    const { rest } = await startRestAccount(
      opened,
      inTurn({ body: Buffer.from('{"__proto__":{"polluted":1},"a":1}') }),
    );
    assert.equal(JSON.stringify((await rest.request(get)).body), '{"a":1}');
  });

  for (const body of ['{"a":', '[1,2', 'garbage', '['.repeat(20_000)]) {
    it(`refuses JSON that is none: ${body.slice(0, 10)}`, async () => {
      const { rest } = await startRestAccount(opened, inTurn({ body: Buffer.from(body) }));
      const error = await failureOf(() => rest.request(get));
      assert.deepEqual([error.code, error.statusCode], ['OCHNO_HTTP', 200]);
      assert.match(error.message, /GET \/api\/companies, .*not readable JSON/);
    });
  }

  const charsets: [type: string, body: Buffer, read: unknown][] = [
    ['text/plain; charset=ISO-8859-1', Buffer.from('Grüße', 'latin1'), 'Grüße'],
    ['text/plain; charset="windows-1252"', Buffer.from([0x80]), '€'],
    ['application/json; charset=iso-8859-1', Buffer.from('{"a":"Grüße"}', 'latin1'), { a: 'Grüße' }],
    ['application/json', Buffer.from('\ufeff{"a":1}'), { a: 1 }],
    ['application/json', Buffer.from('\ufeff{"a":1}', 'utf16le'), { a: 1 }],
    ['text/csv', Buffer.from('\ufeffa,b'), 'a,b'],
    ['text/plain; charset=nobody-knows', Buffer.from('å'), 'å'],
    ['application/problem+json', Buffer.from('[1]'), [1]],
    ['image/svg+xml', Buffer.from('<svg/>'), '<svg/>'],
  ];

  for (const [type, body, read] of charsets) {
    it(`C14: reads ${type} of ${body.length} bytes as ${JSON.stringify(read)}`, async () => {
      const { rest } = await startRestAccount(opened, inTurn({ body, headers: { 'content-type': type } }));
      assert.deepEqual((await rest.request(get)).body, read);
    });
  }

  it('C4: gives what is neither JSON nor text as its bytes', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);
    for (const type of ['image/png', 'application/octet-stream', 'application/pdf', 'audio/mpeg']) {
      const { rest } = await startRestAccount(opened, inTurn({ body: bytes, headers: { 'content-type': type } }));
      const { body } = await rest.request(get);
      assert.ok(Buffer.isBuffer(body) && body.equals(bytes), type);
    }
  });

  it('E3: reads no more values than it may, in one answer or in all pages of it', async () => {
    const many = Buffer.from(`[${'[],'.repeat(1_600_000)}[]]`);
    const reply = (next: boolean) => ({
      body: many,
      headers: { 'content-type': 'application/json', ...(next ? { link: '<?p=2>; rel=next' } : {}) },
    });
    for (const replies of [[reply(false)], [reply(true), reply(false)]]) {
      const { rest } = await startRestAccount(opened, inTurn(...replies));
      const error = await failureOf(() => rest.request({ ...get, all: replies.length > 1 }));
      assert.equal(error.code, 'OCHNO_HTTP');
      assert.match(error.message, /3000000 values|100000 items/);
    }
  });

  it('keeps cookies to itself', async () => {
    const { rest } = await startRestAccount(opened, inTurn({ headers: { 'set-cookie': ['sid=secret'] }, body: [] }));
    assert.equal('set-cookie' in (await rest.request(get)).headers, false);
  });

  it('keeps what is about the connection to itself, which an HTTP response node would pass on', async () => {
    const { rest } = await startRestAccount(opened, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', trailer: 'x-sum', etag: '"a"' });
      response.write('[1]');
      response.end();
      return undefined;
    });
    const { date, ...headers } = (await rest.request(get)).headers;
    assert.equal(typeof date, 'string');
    assert.deepEqual(headers, { 'content-type': 'application/json', etag: '"a"' });
  });

  describe('the size of answers', () => {
    const large = JSON.stringify('x'.repeat(20_000));

    it('is limited', async () => {
      const { rest, calls } = await startRestAccount(opened, inTurn({ body: Buffer.from(large) }));
      const error = await failureOf(() => rest.request({ ...get, maxAnswerBytes: 10_240 }));
      assert.deepEqual([error.code, error.statusCode, error.cause], ['OCHNO_HTTP', 200, { statusCode: 200 }]);
      assert.match(error.message, /GET \/api\/companies is larger than 10 KiB; ask for less/);
      assert.equal(calls().length, 1);
      assert.equal((await rest.request({ ...get, maxAnswerBytes: 30_000 })).body, 'x'.repeat(20_000));
    });

    it('is limited after decompression, at 16 MB', async () => {
      const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024, 0x20));
      const { rest } = await startRestAccount(opened, inTurn({ headers: { 'content-encoding': 'gzip' }, body: bomb }));
      await assert.rejects(rest.request(get), ochnoError('OCHNO_HTTP', /larger than 16384 KiB/));
    });
  });

  describe('that is compressed', () => {
    const long = JSON.stringify(Array.from({ length: 5000 }, (_, index) => ({ id: index })));
    const whole: [coding: string, body: Buffer][] = [
      ['gzip', gzipSync(long)],
      ['X-GZIP', gzipSync(long)],
      ['br', brotliCompressSync(long)],
      ['deflate', deflateSync(long)],
      ['deflate', deflateRawSync(long)],
    ];
    for (const [coding, body] of whole) {
      it(`is read as ${coding}, of ${body.length} bytes`, async () => {
        const { rest } = await startRestAccount(opened, inTurn({ headers: { 'content-encoding': coding }, body }));
        const { body: read, headers } = await rest.request(get);
        assert.deepEqual([read, headers['content-encoding']], [JSON.parse(long), undefined]);
      });

      it(`is not taken for whole where ${coding} of ${body.length} bytes was cut, nor for empty`, async () => {
        const reply = (bytes: number): Reply => ({
          headers: { 'content-encoding': coding, 'content-type': 'text/csv' },
          body: body.subarray(0, bytes),
        });
        const replies = [reply(20), reply(body.length - 1), reply(body.length)];
        const { rest, clock, calls } = await startRestAccount(opened, inTurn(...replies));
        assert.equal((await pass(clock, rest.request(get))).body, long);
        assert.equal(calls().length, 3);
      });
    }

    it('and is not, as its headers say, is a network fault, and says so', async () => {
      const lie = { headers: { 'content-encoding': 'gzip' }, body: '[1]' };
      const { rest } = await startRestAccount(opened, inTurn(lie));
      const error = await failureOf(() => rest.request({ method: 'POST', path: '/x', body: {} }));
      assert.equal(error.code, 'OCHNO_NETWORK');
      assert.match(error.message, /was cut, or is not compressed as it says \(Z_DATA_ERROR\)/);
    });

    it('and is not, keeps the status of a failure', async () => {
      const lie = { status: 403, headers: { 'content-encoding': 'br' }, body: '<title>Forbidden</title>' };
      const { rest } = await startRestAccount(opened, inTurn(lie));
      assert.equal((await failureOf(() => rest.request(get))).statusCode, 403);
    });
  });

  it('takes an answer that is shorter than it said for a network fault', async () => {
    const { rest, clock, calls } = await startRestAccount(opened, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('[1]', () => response.destroy());
      return undefined;
    });
    const error = await pass(
      clock,
      failureOf(() => rest.request(get)),
    );
    assert.equal(error.code, 'OCHNO_NETWORK');
    assert.equal(calls().length, 5);
  });
});
