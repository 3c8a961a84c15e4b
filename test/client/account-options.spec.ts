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
      const refusal = ochnoError('OCHNO_VALUE', /^connections: .* is not a whole number from 1 to 10$/);
      assert.throws(() => checkAccountOptions({ ...account, connections }), refusal);
    });
  }
});
