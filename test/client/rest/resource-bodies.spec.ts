import assert from 'node:assert/strict';
import { ochnoError } from '../../support/ochno-errors';
import { resourceClient } from './resource-stage';

describe('a resource client with a body', () => {
  it('sends none with a custom request whose body is empty', async () => {
    const { resources, requests } = resourceClient();
    for (const body of ['', null, undefined]) {
      await resources.call({ resource: 'custom', operation: 'request', method: 'POST', path: '/x', body });
    }
    assert.deepEqual(
      requests.map(({ body }) => body),
      [undefined, undefined, undefined],
    );
  });

  for (const operation of ['create', 'replace', 'update']) {
    it(`takes nothing but an object for ${operation}`, async () => {
      const { resources, requests } = resourceClient();
      const others = [[], [{}], Buffer.from('{}'), new Date(0), () => 1, { toJSON: () => 5 }];
      for (const body of [undefined, null, '', 'text', 5, true, ...others]) {
        await assert.rejects(
          resources.call({ resource: 'hubs', operation, id: 'a', body }),
          ochnoError('OCHNO_VALUE', /^body/),
        );
      }
      assert.deepEqual(requests, []);
    });
  }

  it('says what is wrong with a body, and sends no null in the place of NaN, which would remove a field', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const cases: [body: unknown, says: RegExp][] = [
      [{ data: { level: Number.NaN } }, /^body: .*"level" is NaN/],
      [{ level: Number.POSITIVE_INFINITY }, /^body: .*"level" is Infinity/],
      [{ level: 5n }, /^body: .*BigInt/],
      [circular, /^body: it can't be written as JSON \(Converting circular structure to JSON\)$/],
      [Buffer.from('{}'), /a Buffer; a JSON node/],
      ['[1]', /takes a JSON object, not an array/],
      [{ hwId: Number('1152921504606846977') }, /"hwId" is 11529/],
      [new Date(0), /takes a JSON object, not a Date$/],
    ];
    const { resources, requests } = resourceClient();
    for (const [body, says] of cases) {
      const call = { resource: 'hubs', operation: 'update', id: 'a', body };
      await assert.rejects(resources.call(call), ochnoError('OCHNO_VALUE', says));
    }
    assert.deepEqual(requests, []);
  });

  it('C4: sends JSON text as the JSON it is, with every digit, and bytes as they are with request only', async () => {
    const { resources, requests } = resourceClient();
    const text = '{"hwId":1152921504606846977}';
    for (const operation of ['create', 'replace']) {
      await resources.call({ resource: 'hubs', operation, id: 'a', body: text });
    }
    const bytes = Buffer.from([0x89, 0x50]);
    await resources.call({ resource: 'custom', operation: 'request', method: 'POST', path: '/x', body: bytes });
    assert.deepEqual(
      requests.filter(({ method }) => method !== 'GET').map(({ body }) => body),
      [text, text, bytes],
    );
  });

  it('C4: sends JSON text without the byte order mark that files have', async () => {
    const { resources, requests } = resourceClient();
    await resources.call({ resource: 'hubs', operation: 'create', body: '\ufeff{"name":"Desk"}' });
    await resources.call({ resource: 'hubs', operation: 'update', id: 'a', body: '\ufeff{"name":"Desk"}' });
    const sent = requests.filter(({ method }) => method !== 'GET').map(({ body }) => body);
    assert.deepEqual(sent, ['{"name":"Desk"}', '{"name":"Desk"}']);
  });

  it('C4: refuses what JSON would write as an object without fields', async () => {
    const { resources, requests } = resourceClient();
    const hollow = [new Map([[1, 2]]), new Set([1]), /x/, new Error('x'), Promise.resolve(1), new ArrayBuffer(2)];
    for (const value of hollow) {
      const call = { resource: 'hubs', operation: 'create', body: { value } };
      await assert.rejects(resources.call(call), ochnoError('OCHNO_VALUE', /^body: .*"value" is an? [A-Z]/));
    }
    assert.deepEqual(requests, []);
  });
});
