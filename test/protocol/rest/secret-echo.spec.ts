import assert from 'node:assert/strict';
import { echoesSecret } from '../../../src/protocol/rest/secret-echo';

const token = 'eyJhbGciOi.J9/abc+DEF==.sig_nature-0123456789';

describe('an answer that repeats a secret', () => {
  const echoes: [what: string, text: string][] = [
    ['whole', `Authorization: JWT ${token}`],
    ['with its slashes escaped', JSON.stringify({ header: token }).replaceAll('/', '\\/')],
    ['with its equal signs as JSON escapes', token.replaceAll('=', '\\u003d')],
    [
      'all of it as JSON escapes',
      [...token].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    ['as a script writes it', [...token].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join('')],
    ['in base64', `header ${Buffer.from(`JWT ${token}`).toString('base64')}`],
    ['as a URL writes it', encodeURIComponent(token)],
    ['as a URL in a URL writes it', encodeURIComponent(encodeURIComponent(token))],
    ['as HTML writes it', [...token].map((character) => `&#${character.charCodeAt(0)};`).join('')],
    ['cut at its end', `bad token ${token.slice(0, 12)}…`],
    ['cut at its beginning', `bad token …${token.slice(-9)}`],
    ['in part', `expected ${token.slice(14, 30)}`],
  ];
  for (const [what, text] of echoes) {
    it(`E2: is known if it does so ${what}`, () => assert.equal(echoesSecret(text, ['other', token]), true));
  }

  it('E2: is not one that speaks of a token, or repeats less than eight characters of it', () => {
    const text = `The JWT eyJhbGc is not a token of ours (100%, \\u00e5, &amp;, %zz)`;
    assert.equal(echoesSecret(text, [token]), false);
  });

  it('E2: is not one that says "password" if the password has that word in it, but one that says more of it', () => {
    const passwords = ['a long password of mine', 'password'];
    assert.equal(echoesSecret('{"message":"Incorrect email or password"}', passwords), false);
    assert.equal(echoesSecret('{"message":"a long pa… is wrong"}', passwords), true);
  });

  it('E2: finds a short password whole, and does not look for one that is in every text', () => {
    assert.equal(echoesSecret('{"password":"p4ss"}', ['p4ss']), true);
    assert.equal(echoesSecret('a cat', ['a']), false);
  });
});
