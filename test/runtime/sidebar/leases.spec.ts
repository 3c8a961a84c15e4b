import assert from 'node:assert/strict';
import { Leases, readLook } from '../../../nodes/runtime/sidebar/leases';
import { FakeClock } from '../../support/fake-clock';

const key = { account: 'a', company: 'c' };
const look = { looking: true, companies: [key] };

describe('who looks at the sidebar', () => {
  it('is forgotten half a minute after its last word, and at once when it says so or is gone', async () => {
    const clock = new FakeClock();
    let changes = 0;
    const leases = new Leases(() => (changes += 1), clock);
    assert.equal(leases.take('one', look), true);
    assert.equal(leases.take('one', look), false);
    leases.take('two', { ...look, companies: [] });
    assert.deepEqual(leases.companies, [key]);
    assert.equal(leases.take('two', { ...look, looking: false }), false);
    assert.deepEqual(leases.sessions, ['one']);
    await clock.advance(29_000);
    leases.take('one', look);
    await clock.advance(29_000);
    assert.equal(leases.isEmpty, false);
    await clock.advance(1_000);
    assert.equal(leases.isEmpty, true);
    assert.ok(changes >= 5);
  });

  it('does not include who only reads a company, which is held for a while', async () => {
    const clock = new FakeClock();
    const leases = new Leases(() => undefined, clock);
    leases.hold(key, 3_000);
    assert.deepEqual([leases.sessions, leases.companies], [[], [key]]);
    await clock.advance(3_000);
    assert.equal(leases.isEmpty, true);
  });

  it('is a hundred editors at most', () => {
    const leases = new Leases(() => undefined, new FakeClock());
    for (let at = 0; at < 150; at += 1) leases.take(`s${at}`, look);
    assert.equal(leases.sessions.length, 100);
    for (const session of leases.sessions) leases.end(session);
    assert.ok(leases.isEmpty);
  });

  it('may send anything', () => {
    const nothing = { looking: false, companies: [] };
    for (const data of [undefined, null, 7, 'x', [], { looking: 'yes', companies: {} }]) {
      assert.deepEqual(readLook(data), nothing);
    }
    assert.deepEqual(readLook({ looking: true, companies: [key, null, { account: 1 }, 'x'] }).companies, [key]);
    assert.equal(readLook({ looking: true, companies: Array.from({ length: 999 }, () => key) }).companies.length, 200);
  });
});
