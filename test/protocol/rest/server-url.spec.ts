import assert from 'node:assert/strict';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { ochnoError } from '../../support/ochno-errors';

describe('the server URL', () => {
  const good: [text: string, href: string][] = [
    ['https://operated.ochno.com', 'https://operated.ochno.com/'],
    ['  https://operated.ochno.com/ \n', 'https://operated.ochno.com/'],
    ['HTTPS://Operated.Ochno.com:8443', 'https://operated.ochno.com:8443/'],
    ['https://proxy.example/ochno/', 'https://proxy.example/ochno'],
    ['https://proxy.example/a/b//', 'https://proxy.example/a/b'],
    ['http://localhost:1880', 'http://localhost:1880/'],
    ['http://127.0.0.1', 'http://127.0.0.1/'],
    ['http://127.9.8.7:80', 'http://127.9.8.7/'],
    ['http://[::1]:3000', 'http://[::1]:3000/'],
  ];
  for (const [text, href] of good) {
    it(`reads ${JSON.stringify(text)} as ${href}`, () => {
      assert.equal(parseServerUrl(text).href, href);
    });
  }

  const bad: [text: unknown, says: RegExp][] = [
    ['', /empty.*operated\.ochno\.com/],
    ['   ', /empty/],
    [undefined, /must be text/],
    [5, /must be text/],
    ['operated.ochno.com', /not a URL.*https:\/\/operated\.ochno\.com/],
    ['localhost:1880', /not a URL/],
    ['http://operated.ochno.com', /https:\/\//],
    ['http://127.0.0.1.evil.example', /https:\/\//],
    ['http://localhost.evil.example', /https:\/\//],
    ['http://128.0.0.1', /https:\/\//],
    ['http://0.0.0.0', /https:\/\//],
    ['ftp://operated.ochno.com', /https:\/\//],
    ['javascript://operated.ochno.com', /https:\/\//],
    ['https://', /not a URL/],
    ['https://operated.ochno.com?a=1', /before \? and #/],
    ['https://operated.ochno.com/?', /before \? and #/],
    ['https://operated.ochno.com/#x', /before \? and #/],
    ['https://oper ated.ochno.com', /space or a backslash/],
    ['https:\\\\operated.ochno.com', /space or a backslash/],
    ['https://operated.ochno.com\\@evil.example', /user|backslash/],
    ['https://host/a//b', /segment/],
    ['https://host/a/../b', /segment/],
    ['https://host/.', /segment/],
    ['https://host/%2e%2e/b', /%/],
  ];
  for (const [text, says] of bad) {
    it(`refuses ${JSON.stringify(text) ?? 'undefined'}`, () => {
      assert.throws(() => parseServerUrl(text), ochnoError('OCHNO_VALUE', says));
    });
  }

  it('refuses a user and password, and quotes neither', () => {
    for (const text of [
      'https://me:s3cret@host',
      'https://s3cret@host/',
      'http://me:s3cret@127.0.0.1',
      'foo://u:s3cret@h',
    ]) {
      assert.throws(
        () => parseServerUrl(text),
        (error: Error) => ochnoError('OCHNO_VALUE', /user/)(error) && !error.message.includes('s3cret'),
      );
    }
  });
});
