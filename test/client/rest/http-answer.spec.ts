import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type HttpAnswer, readBody, readLongBody } from '../../../src/client/rest/http-answer';
import { ExactNumber } from '../../../src/protocol/json/exact-json';
import { failureOf } from '../../support/ochno-errors';

const what = 'GET /api/ports';

function answer(body: string | Buffer, contentType = 'application/json'): HttpAnswer {
  return { statusCode: 200, headers: { 'content-type': contentType }, body: Buffer.from(body) };
}

/** A megabyte. */
const ports = Array.from({ length: 8_000 }, (_, at) => ({ id: `port${at}`, data: { note: 'å'.repeat(50), at } }));

describe('the body of a long answer', () => {
  it('is read a share at a time, between which others have their turn', async () => {
    let turns = 0;
    let isOver = false;
    const others = (async () => {
      for (; !isOver; turns += 1) await nextTurn();
    })();
    const read = await readLongBody(answer(JSON.stringify(ports)), { what });
    isOver = true;
    await others;
    assert.deepEqual(read, { body: ports, values: 8_000 * 5 });
    assert.ok(turns >= 5, `${turns} turns`);
  });

  it('is read like a short one, whatever it is', async () => {
    const list = JSON.stringify(ports);
    const long = 'x'.repeat(300_000);
    const answers = [
      answer(JSON.stringify({ ports })),
      answer(`\ufeff${list}`),
      answer(Buffer.from(list, 'latin1'), 'application/json; charset=iso-8859-1'),
      answer(list, 'text/plain'),
      answer(list, 'image/png'),
      answer(`["${long}",{"__proto__":1,"a":2}]`),
    ];
    for (const each of answers) assert.deepEqual((await readLongBody(each, { what })).body, readBody(each, { what }));
    const [exact] = (await readLongBody(answer(`[12345678901234567890,"${long}"]`), { what, exactNumbers: true }))
      .body as unknown[];
    assert.ok(exact instanceof ExactNumber);
  });

  it('is refused like a short one if it is not readable, or holds too much', async () => {
    const list = JSON.stringify(ports);
    const unreadable = [
      list.slice(0, -1),
      `${list}]`,
      list.replace('port7000', '\n'),
      list.replace('"at":7000', '"at":1e400'),
      list.replace('"at":7000', `"at":${'['.repeat(600)}${']'.repeat(600)}`),
    ];
    for (const body of unreadable) {
      const error = await failureOf(() => readLongBody(answer(body), { what }));
      assert.match(error.message, /GET \/api\/ports, but its answer is not readable JSON/);
    }
    const error = await failureOf(() => readLongBody(answer(`[${'[],'.repeat(2_000_000)}1]`), { what }));
    assert.match(error.message, /holds more than the 3000000 values/);
  });
});
