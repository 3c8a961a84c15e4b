import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { haveKeptSessions, KeptSessions, leftBehindBy } from './kept-sessions';

describe('what the broker keeps in a storm', () => {
  let time: ReturnType<typeof install>;

  beforeEach(() => {
    time = install({ now: 100_000, toFake: ['Date'] });
  });
  afterEach(() => time.uninstall());

  it('A18: explains a gap only where an act destroyed it within the gap', () => {
    const kept = new KeptSessions();
    assert.equal(kept.explains({ from: 0, to: 200_000 }, 500), false);
    kept.destroyed();
    assert.equal(kept.explains({ from: 90_000, to: 110_000 }, 500), true);
    assert.equal(kept.explains({ from: 100_400, to: 110_000 }, 500), true);
    assert.equal(kept.explains({ from: 101_000, to: 110_000 }, 500), false);
    assert.equal(kept.explains({ from: 90_000, to: 99_000 }, 500), false);
  });

  it('A18: explains every gap from the time on when sessions were forbidden, until one is kept again', () => {
    const kept = new KeptSessions();
    kept.keepsNothing();
    assert.equal(kept.keeps, false);
    assert.equal(kept.explains({ from: 500_000, to: 600_000 }, 0), true);
    time.tick(50_000);
    kept.keepsAgain();
    assert.equal(kept.keeps, true);
    assert.equal(kept.explains({ from: 120_000, to: 130_000 }, 0), true);
    assert.equal(kept.explains({ from: 150_001, to: 160_000 }, 0), false);
  });

  it('A4: explains what is left with a connection that is done without, if an act refused it half a minute before', () => {
    const left = { from: 90_000, to: 135_000 };
    const kept = new KeptSessions();
    kept.left(left);
    assert.equal(kept.explains(left, 500), false, 'nothing was refused');
    kept.refuses();
    time.tick(5_000);
    kept.permitsAgain();
    assert.equal(kept.explains(left, 500), true);
    assert.equal(kept.explains({ from: 90_000, to: 129_000 }, 500), false, 'not for half a minute');
    assert.equal(kept.explains({ from: 80_000, to: 135_000 }, 500), false, 'more is missing than was left');
    assert.equal(new KeptSessions().explains(left, 500), false);
    time.tick(200_000);
    const later = { from: 250_000, to: 300_000 };
    kept.left(later);
    assert.equal(kept.explains(later, 500), false, 'it was refused long before');
  });

  it('A4: reads in the log what is left with a connection, and in no other line', () => {
    const span = 'events from 1970-01-01T00:01:30.000Z to 1970-01-01T00:02:15.000Z may be missing';
    const left = { from: 90_000, to: 135_000 };
    const without = 'company c gets 1 of 2 connections (it was refused); what was meant for the others is on these';
    assert.deepEqual(leftBehindBy(`${without}; ${span}`), left);
    assert.deepEqual(leftBehindBy(`company c has lost a connection; ${span}`), left);
    const alone = `company c has lost a connection and what only that would have brought; ${span}`;
    assert.deepEqual(leftBehindBy(alone), left);
    for (const line of [without, `company c is connected again after 45 s; ${span}`])
      assert.equal(leftBehindBy(line), undefined);
  });

  it('A18: is kept again once each of several connections that is subscribed has begun a session', () => {
    const account = `ochno-${'0a'.repeat(12)}`;
    const connect = (clientId: string, clean: boolean, filters: readonly string[] = ['#']) => ({
      ...{ clientId: `${account}${clientId}`, clean, company: 'c', keepalive: 30 },
      subscriptions: new Map(filters.map((filter) => [filter, 1])),
    });
    const before = [connect('-12345678', false), connect('-2-12345678', true)];
    assert.equal(haveKeptSessions(before), false);
    assert.equal(haveKeptSessions([...before, connect('-12345678-abcdef', false)]), false);
    const after = [...before, connect('-2-12345678', false)];
    assert.equal(haveKeptSessions(after), true);
    assert.equal(haveKeptSessions([...after, connect('-2-abcdef', true, [])]), true, 'it only ended a session');
  });
});
