import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../simulator';

/** What a dialog sends of an account that is not deployed. */
export function typedAccount({ url: server, email, password }: Simulator, fields: object = {}) {
  return { id: 'new', server, email, password, company: '', keepalive: '30', tls: '', ...fields };
}

/** What a dialog is answered, which is never a secret. */
export async function callRoute({ password }: Simulator, route: string, body: object) {
  const answer = await helper.request().post(`/ochno/${route}`).send(body);
  assert.equal(answer.status, 200);
  assert.doesNotMatch(answer.text, new RegExp(`${password}|eyJ`));
  return answer.body;
}
