import assert from 'node:assert/strict';
import { type CompanyFollower, CompanyWatch } from '../../../src/client/lists/company-watch';
import { silentLogger } from '../../../src/client/logger';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock, settle } from '../../support/fake-clock';

const minuteMs = 60_000;

describe('following the companies of an account', () => {
  let clock: FakeClock;
  let asked: number;
  let answer: () => Promise<readonly string[]>;
  let watch: CompanyWatch;

  beforeEach(() => {
    clock = new FakeClock();
    asked = 0;
    const list = async () => {
      asked += 1;
      return (await answer()).map((id) => ({ id, name: '' }));
    };
    watch = new CompanyWatch(list, { clock, random: () => 0.5, log: silentLogger });
  });

  const follow = (): { found: string[]; failed: string[]; end: () => void } => {
    const found: string[] = [];
    const failed: string[] = [];
    const follower: CompanyFollower = {
      found: (companies) => found.push(companies.map(({ id }) => id).join()),
      failed: ({ message }) => failed.push(message),
    };
    return { found, failed, end: watch.follow(follower) };
  };

  it('A11: tells of a company that comes later within ten minutes, and of nothing that stayed as it was', async () => {
    answer = async () => ['a'];
    const { found, end } = follow();
    await clock.advance(minuteMs);
    answer = async () => ['a', 'b'];
    await clock.advance(9 * minuteMs);
    assert.deepEqual(found, ['a', 'a,b']);
    end();
    assert.equal(clock.timers, 0);
  });

  it('A11: tells of an empty list and soon asks again', async () => {
    answer = async () => [];
    const { found } = follow();
    await settle();
    answer = async () => ['a'];
    await clock.advance(minuteMs);
    assert.deepEqual(found, ['', 'a']);
  });

  it('goes on until there is an answer, as late as the platform asks for, and says once that it failed', async () => {
    answer = () => Promise.reject(new OchnoError('OCHNO_HTTP', `failure ${asked}`, { retryAfterMs: 5 * minuteMs }));
    const { found, failed } = follow();
    await clock.advance(5 * minuteMs);
    assert.equal(asked, 1);
    await clock.advance(minuteMs);
    assert.equal(asked, 2);
    answer = async () => ['a'];
    await clock.advance(6 * minuteMs);
    assert.deepEqual([found, failed], [['a'], ['failure 1']]);
  });

  it('A10: does not repeat a refused log-in, and asks again when the account works', async () => {
    answer = () => Promise.reject(new OchnoError('OCHNO_LOGIN', 'refused'));
    const { found, failed } = follow();
    await clock.advance(600 * minuteMs);
    assert.equal(asked, 1);
    answer = async () => ['a'];
    watch.resume();
    await settle();
    watch.resume();
    await settle();
    assert.deepEqual([found, failed, asked], [['a'], ['refused'], 2]);
  });

  it('does not trouble who knows the companies with a reading that fails', async () => {
    answer = async () => ['a'];
    const { found, failed } = follow();
    await settle();
    answer = () => Promise.reject(new Error('no'));
    await clock.advance(20 * minuteMs);
    assert.deepEqual([found, failed], [['a'], []]);
  });

  it('asks once for all who follow, and ends with the last of them, also while an answer is under way', async () => {
    answer = async () => ['a'];
    const followers = [follow(), follow(), follow()];
    await settle();
    assert.deepEqual([asked, followers.map(({ found }) => found.join())], [1, ['a', 'a', 'a']]);
    for (const { end } of followers) end();
    const late = follow();
    late.end();
    await settle();
    assert.deepEqual([late.found, clock.timers], [[], 0]);
  });
});
