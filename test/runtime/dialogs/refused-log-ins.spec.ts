import assert from 'node:assert/strict';
import { RefusedLogIns } from '../../../nodes/runtime/dialogs/refused-log-ins';
import { OchnoError } from '../../../src/protocol/ochno-error';

const refused = new OchnoError('OCHNO_LOGIN', 'refused');

describe('refused log-ins of dialogs', () => {
  let asked: number;
  let answer: () => Promise<string>;
  const ask = (): Promise<string> => {
    asked += 1;
    return answer();
  };

  beforeEach(() => {
    asked = 0;
    answer = () => Promise.reject(refused);
  });

  it('D1: ask once for values that were refused, however often and how many at once', async () => {
    const refusals = new RefusedLogIns();
    const outcomes = Array.from({ length: 22 }, () => refusals.ask('values', false, ask));
    for (const outcome of outcomes) await assert.rejects(outcome, refused);
    await assert.rejects(refusals.ask('values', false, ask), refused);
    assert.equal(asked, 1);
  });

  it('D1: ask again for other values, and for the same if that is wanted', async () => {
    const refusals = new RefusedLogIns();
    await assert.rejects(refusals.ask('values', false, ask), refused);
    answer = async () => 'places';
    assert.equal(await refusals.ask('others', false, ask), 'places');
    assert.equal(await refusals.ask('values', true, ask), 'places');
    assert.equal(await refusals.ask('values', false, ask), 'places');
    assert.equal(asked, 4);
  });

  it('ask again after a failure that says nothing about the log-in', async () => {
    const refusals = new RefusedLogIns();
    answer = () => Promise.reject(new OchnoError('OCHNO_NETWORK', 'gone'));
    for (let time = 0; time < 2; time += 1) await assert.rejects(refusals.ask('values', false, ask), /gone/);
    assert.equal(asked, 2);
  });
});
