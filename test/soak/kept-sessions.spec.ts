import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { haveKeptSessions, KeptSessions } from './kept-sessions';

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
