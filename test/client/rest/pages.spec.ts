import assert from 'node:assert/strict';
import type { HttpAnswer } from '../../../src/client/rest/http-answer';
import { readAllPages } from '../../../src/client/rest/pages';
import { ochnoError } from '../../support/ochno-errors';

const server = new URL('http://127.0.0.1/');
const first = new URL('http://127.0.0.1/api/ports');

/** Pages without end, each with this body. */
function endless(json: string): (url: URL) => Promise<HttpAnswer> {
  const body = Buffer.from(json);
  let page = 1;
  return async () => {
    page += 1;
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json', link: `<?page=${page}>; rel=next` },
      body,
    };
  };
}

describe('reading all pages', () => {
  it('ends at 1000 pages and says so', async () => {
    await assert.rejects(
      readAllPages(first, server, endless('[1]')),
      ochnoError('OCHNO_HTTP', /GET \/api\/ports .* 1000 pages.*ask for less/),
    );
  });

  it('ends at 100 000 items and says so', async () => {
    const json = JSON.stringify(Array(30_000).fill(1));
    await assert.rejects(
      readAllPages(first, server, endless(json)),
      ochnoError('OCHNO_HTTP', /100000 items.*ask for less/),
    );
  });

  it('ends at 64 MiB and says so', async () => {
    const json = JSON.stringify(['x'.repeat(15 * 1024 * 1024)]);
    await assert.rejects(readAllPages(first, server, endless(json)), ochnoError('OCHNO_HTTP', /64 MiB.*ask for less/));
  });

  it('takes exactly as many items as it may', async () => {
    const body = Buffer.from(JSON.stringify(Array(100_000).fill(1)));
    const read = await readAllPages(first, server, async () => ({ statusCode: 200, headers: {}, body }));
    assert.ok(Array.isArray(read.body) && read.body.length === 100_000);
  });
});
