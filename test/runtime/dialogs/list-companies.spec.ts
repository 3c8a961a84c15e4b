import assert from 'node:assert/strict';
import { listCompanies } from '../../../nodes/runtime/dialogs/list-companies';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakeAccount } from '../fake-account';

describe('asking for the companies', () => {
  let clock: FakeClock;
  let fake: FakeAccount;
  let found: (readonly string[])[];
  let failed: Error[];
  let asked: number;

  beforeEach(() => {
    clock = new FakeClock();
    fake = new FakeAccount();
    found = [];
    failed = [];
    asked = 0;
  });

  const list = (answer: () => Promise<readonly string[]>): (() => void) => {
    fake.answerCompanies = () => {
      asked += 1;
      return answer();
    };
    const outcome = {
      found: (companies: readonly string[]) => found.push(companies),
      failed: (error: Error) => failed.push(error),
    };
    return listCompanies(fake, outcome, { clock, random: () => 0.5 });
  };

  it('goes on until there is an answer, and says once that it failed', async () => {
    list(async () => {
      if (asked < 4) throw new OchnoError('OCHNO_NETWORK', `failure ${asked}`);
      return ['c1'];
    });
    await clock.advance(60_000);
    assert.deepEqual(found, [['c1']]);
    assert.deepEqual(
      failed.map(({ message }) => message),
      ['failure 1'],
    );
    assert.equal(clock.timers, 0);
  });

  it('is not repeated where the log-in was refused', async () => {
    list(() => Promise.reject(new OchnoError('OCHNO_LOGIN', 'refused')));
    await clock.advance(600_000);
    assert.equal(asked, 1);
    assert.equal(failed.length, 1);
  });

  it('ends when told so, also while an answer is under way', async () => {
    const end = list(() => Promise.reject(new Error('no')));
    await settle();
    end();
    assert.equal(clock.timers, 0);
    const endOther = list(async () => ['late']);
    endOther();
    await settle();
    assert.deepEqual(found, []);
  });
});
