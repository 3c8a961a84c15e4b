import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { bodyText, jsonText, requestBody } from '../../../src/protocol/json/request-body';
import { ochnoError } from '../../support/ochno-errors';

describe('the body of a request', () => {
  const json = 'application/json';
  const bytes = 'application/octet-stream';
  const cases: [name: string, given: unknown, sent: string | Buffer, type: string][] = [
    ['an object', { name: 'desk', level: 40 }, '{"name":"desk","level":40}', json],
    ['text', 'desk', '"desk"', json],
    ['text that is JSON', '{"id": 12345678901234567890}', '{"id": 12345678901234567890}', json],
    ['text of a file, with its byte order mark', '\ufeff[1]', '[1]', json],
    ['nothing in particular', null, 'null', json],
    ['a Buffer', Buffer.from('a'), Buffer.from('a'), bytes],
    ['a part of a buffer', new Uint8Array([96, 97, 98]).subarray(1, 2), Buffer.from('a'), bytes],
    ['bytes of another realm', runInNewContext('new Uint8Array([97]).buffer'), Buffer.from('a'), bytes],
  ];
  for (const [name, given, sent, type] of cases) {
    it(`is sent of ${name}`, () => {
      assert.deepEqual(requestBody(given), { body: sent, type });
    });
  }

  it('is none where none is given', () => {
    assert.equal(requestBody(undefined), undefined);
  });

  for (const [problem, given] of [
    ['it is a function', () => 1],
    ['"level" is NaN', { level: Number.NaN }],
    ['"id" is 9007199254740994, which may have lost digits', { id: 2 ** 53 + 2 }],
    ['Do not know how to serialize a BigInt', 1n],
  ] as const) {
    it(`can't be written: ${problem}`, () => {
      assert.throws(() => bodyText(given), ochnoError('OCHNO_VALUE', new RegExp(problem)));
    });
  }

  it('is JSON text only if it is whole', () => {
    assert.equal(jsonText('{"a": 1'), undefined);
    assert.equal(jsonText({ a: 1 }), undefined);
  });
});
