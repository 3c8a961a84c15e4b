import assert from 'node:assert/strict';
import {
  type Check,
  checkConnections,
  checkDeadband,
  checkEnvelope,
  checkJsonObject,
  checkKeepalive,
  checkLampValue,
  checkMethod,
  checkOneId,
  checkOneIdOrAny,
  checkPath,
  checkPresent,
  checkProperty,
  checkQuery,
  checkSelection,
  checkServer,
  checkTarget,
  checkTimeout,
} from '../../../nodes/editor/dialog/option-checks';

/** An option that the runtime fills in from its environment. */
const variable = '$'.concat('{NAME}');

const cases: readonly {
  readonly name: string;
  readonly check: Check;
  readonly good: readonly string[];
  readonly bad: Readonly<Record<string, string>>;
}[] = [
  {
    name: 'a selection',
    check: checkSelection,
    good: ['', ' ', '+', ' + ', 'hub1', 'hub1 ', 'hub 1 – Ö', 'a, b ,c', variable],
    bad: {
      'a,,b': 'id-empty',
      ',': 'id-empty',
      'a/b': 'id-character',
      'a, +': 'id-character',
      '#': 'id-character',
    },
  },
  {
    name: 'one id',
    check: checkOneId,
    good: ['', 'r2d2i5b43', variable],
    bad: { '+': 'id-any', 'a,b': 'id-several', 'a/b': 'id-character', 'a\0': 'id-character' },
  },
  {
    name: 'what is acted on, one or any',
    check: checkOneIdOrAny,
    good: ['', 'hub1', ' hub1 ', '+', variable],
    bad: { 'hub1, hub2': 'id-several', '+,a': 'id-several', 'a#': 'id-character' },
  },
  {
    name: 'the id of an object, or a measurement',
    check: checkTarget,
    good: ['', 'hub1', ' hub1 ', 'a?b=1', '100%', 'a\\b', '..a', variable],
    bad: { 'a/b': 'id-character', 'a,b': 'id-character', '..': 'path-dots', '%2e': 'path-dots' },
  },
  {
    name: 'a server',
    check: checkServer,
    good: [
      'https://operated.ochno.com',
      'https://x.example:8443/base',
      'http://localhost:3000',
      'http://127.0.0.1',
      'http://[::1]:80',
      variable,
    ],
    bad: {
      '': 'missing',
      ' ': 'missing',
      'operated.ochno.com': 'server-url',
      'https://': 'server-url',
      'ftp://x': 'server-url',
      'https://x?y': 'server-url',
      'http://example.com': 'server-http',
      'http://127.0.0.1.example.com': 'server-http',
      'https://me:secret@x.example': 'server-secret',
    },
  },
  {
    name: 'a keep-alive',
    check: checkKeepalive,
    good: ['', '15', '1200', ' 30 ', '30.5', variable],
    bad: { '14': 'number-range', '1201': 'number-range', '0x20': 'number-range', often: 'number-range' },
  },
  {
    name: 'D3: a number of connections',
    check: checkConnections,
    good: ['', '1', '10', ' 2 ', '3.0', variable],
    bad: { '0': 'number-whole', '11': 'number-whole', '1.5': 'number-whole', two: 'number-whole' },
  },
  {
    name: 'a timeout',
    check: checkTimeout,
    good: ['', '0.5', '30', '86400', variable],
    bad: {
      '0': 'number-range',
      '-1': 'number-range',
      '0.0005': 'number-range',
      '100000': 'number-range',
      Infinity: 'number-range',
      soon: 'number-range',
    },
  },
  {
    name: 'a deadband',
    check: checkDeadband,
    good: ['', '5', '0.5', '.5', ' 10 %', variable],
    bad: { '-5': 'deadband', '%': 'deadband', '5 %%': 'deadband', five: 'deadband' },
  },
  {
    name: 'a property',
    check: checkProperty,
    good: ['', 'data', ' data.device.lamp.level ', 'data.list.0', variable],
    bad: { '.data': 'property', 'data..lamp': 'property', 'data. lamp': 'property', 'data.': 'property' },
  },
  {
    name: 'a path',
    check: checkPath,
    good: ['', '/api/hubs', 'api/hubs/{hub}', '/api/hubs?x=..', variable],
    bad: {
      'https://evil.example/api': 'path-server',
      '//evil.example': 'path-server',
      '/api\\..\\x': 'path-server',
      '/api/../secret': 'path-dots',
      '/api/%2e%2E/x': 'path-dots',
      '/api/./x': 'path-dots',
      '/api/a b': 'path-character',
      '/api#x': 'path-character',
      '/api/{hub': 'path-character',
      '/api/100%': 'path-encoding',
    },
  },
  {
    name: 'a method',
    check: checkMethod,
    good: ['', 'GET', 'patch', variable],
    bad: { FETCH: 'method', 'GET POST': 'method' },
  },
  {
    name: 'what a device is told',
    check: checkJsonObject,
    good: ['', '{}', '{"hubIds": ["a", "b"]}', variable],
    bad: { '[]': 'json-object', null: 'json-object', '{a}': 'json-object', '1': 'json-object' },
  },
  {
    name: 'URL parameters',
    check: (text) => checkQuery('hubs', text),
    good: ['', ' ', '{"hubIds": ["a", 5], "deep": true, "none": null, "from": "yesterday"}', variable],
    bad: { '[]': 'json-object', '{"a": {"b": 1}}': 'query-value', '{"a": [[1]]}': 'query-value' },
  },
  {
    name: 'the parameters of a measurement',
    check: (text) => checkQuery('metrics', text),
    good: ['{"from": "-7d", "to": "2025-01-31", "interval": "1h"}', '{"from": 1700000000}', '{"from": ""}', variable],
    bad: { '{"from": "yesterday"}': 'query-time', '{"to": true}': 'query-time', '{"a": {}}': 'query-value' },
  },
  {
    name: 'a whole message',
    check: checkEnvelope,
    good: ['{"id": "hub1", "data": {}}', variable],
    bad: { '{}': 'envelope', '{"id": 1}': 'envelope', '[]': 'envelope', x: 'envelope' },
  },
  {
    name: 'a credential',
    check: checkPresent,
    good: ['anna@example.com', '__PWRD__', variable],
    bad: { '': 'missing', ' ': 'missing' },
  },
];

describe('what the edit dialogs check', () => {
  for (const { name, check, good, bad } of cases) {
    it(`accepts ${name} that the runtime accepts, and any whole \${NAME}`, () => {
      for (const text of good) assert.equal(check(text), undefined, text);
    });
    it(`gives the reason for refusing ${name}`, () => {
      for (const [text, key] of Object.entries(bad)) assert.equal(check(text)?.key, key, JSON.stringify(text));
    });
  }

  it('names the character that no id can hold', () => {
    assert.deepEqual(checkOneId('a/b'), { key: 'id-character', values: { character: '/' } });
    assert.deepEqual(checkOneId('a\0b'), { key: 'id-character', values: { character: 'NUL' } });
  });

  it('knows what a lamp can be told by a fixed value', () => {
    const good = {
      num: ['0', '100', '12.5'],
      str: ['on', 'off', 'ON', ' on ', 'toggle', '+10', '-5', '50'],
      json: ['50', 'true', '"on"', '{"level": 5, "temp": 2700, "transition": 3}'],
    };
    for (const [type, texts] of Object.entries(good)) {
      for (const text of texts) assert.equal(checkLampValue(type, text), undefined, `${type} ${text}`);
    }
  });

  it('says why a lamp cannot be told a fixed value', () => {
    assert.equal(checkLampValue('num', '101')?.key, 'lamp-range');
    assert.deepEqual(checkLampValue('str', 'bright'), { key: 'lamp-level' });
    assert.deepEqual(checkLampValue('str', ''), { key: 'lamp-level' });
    assert.deepEqual(checkLampValue('str', '0x10'), { key: 'lamp-level' });
    assert.deepEqual(checkLampValue('str', '+5.'), { key: 'lamp-level' });
    assert.deepEqual(checkLampValue('json', '{}'), { key: 'lamp-empty' });
    assert.deepEqual(checkLampValue('json', '[50]'), { key: 'lamp-empty' });
    assert.deepEqual(checkLampValue('json', '{"brightness": 5}'), {
      key: 'lamp-field',
      values: { name: 'brightness' },
    });
    assert.equal(checkLampValue('json', '{"level": 5, "transition": "x"}')?.key, 'lamp-range');
    assert.deepEqual(checkLampValue('json', '{"red": 5, "transition": 2}'), { key: 'lamp-transition-alone' });
    const range = { name: 'temp', least: '2700', most: '5700' };
    assert.deepEqual(checkLampValue('json', '{"temp": 6000}'), { key: 'lamp-range', values: range });
  });

  it('leaves to the runtime what only the running flow knows', () => {
    for (const type of ['msg', 'flow', 'global', 'jsonata', 'env'])
      assert.equal(checkLampValue(type, 'payload'), undefined);
  });
});
