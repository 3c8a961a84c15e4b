import assert from 'node:assert/strict';
import { jwtExpiryMs } from '../../../src/protocol/rest/jwt';

function tokenOf(claims: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

describe("a JWT's end", () => {
  it('is its exp claim, in ms', () => {
    assert.equal(jwtExpiryMs(tokenOf({ sub: 'ö?>', exp: 1_700_000_000 })), 1_700_000_000_000);
    assert.equal(jwtExpiryMs(tokenOf({ exp: 1.5 })), 1_500);
  });

  it('is read from a token that another library made', () => {
    const token =
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyLCJleHAiOjE1MTYyNDI2MjJ9.x';
    assert.equal(jwtExpiryMs(token), 1_516_242_622_000);
  });

  const silent: [what: string, token: string][] = [
    ['no exp', tokenOf({ sub: 'x' })],
    ['an exp of text', tokenOf({ exp: '1700000000' })],
    ['an exp of 0', tokenOf({ exp: 0 })],
    ['an exp too large for a number', `a.${Buffer.from('{"exp":1e999}').toString('base64url')}.c`],
    ['claims that are null', tokenOf(null)],
    ['claims that are an array', tokenOf([1])],
    ['claims that are not JSON', `a.${Buffer.from('{').toString('base64url')}.c`],
    ['nothing in it', ''],
    ['two parts', 'a.b'],
    ['five parts', 'a.b.c.d.e'],
    ['a shape of its own', 'opaque-token-123'],
  ];
  for (const [what, token] of silent) {
    it(`is not known of a token with ${what}`, () => {
      assert.equal(jwtExpiryMs(token), undefined);
    });
  }
});
