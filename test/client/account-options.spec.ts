import assert from 'node:assert/strict';
import { checkAccountOptions } from '../../src/client/account-options';
import { ochnoError } from '../support/ochno-errors';

const account = { server: 'https://ochno.example', email: 'a@b.c', password: 'p' };

describe('the options of an account', () => {
  it('are one connection for a company if nothing is said', () => {
    assert.equal(checkAccountOptions(account).connections, 1);
    assert.equal(checkAccountOptions({ ...account, connections: 10 }).connections, 10);
  });

  for (const connections of [0, 11, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuse ${connections} connections by name`, () => {
      const refusal = ochnoError('OCHNO_VALUE', /^"connections" has to be a whole number from 1 to 10, not /);
      assert.throws(() => checkAccountOptions({ ...account, connections }), refusal);
    });
  }

  const unusable: readonly (readonly [string, unknown, RegExp])[] = [
    ['no server', { ...account, server: undefined }, /^server: it must be text, not undefined$/],
    ['no email', { ...account, email: undefined }, /^the account has no email$/],
    ['a password that is null', { ...account, password: null }, /^the account has no password$/],
    ['a password that is a number', { ...account, password: 4711 }, /^password: it must be text, not number$/],
    ['a server that is an object', { ...account, server: {} }, /^server: it must be text, not an object$/],
    ['a company that is a number', { ...account, company: 42 }, /^company: it must be text, not 42$/],
  ];
  for (const [what, options, says] of unusable) {
    it(`refuse ${what} by name, as JavaScript may give it`, () => {
      assert.throws(() => Reflect.apply(checkAccountOptions, undefined, [options]), ochnoError('OCHNO_VALUE', says));
    });
  }
});
