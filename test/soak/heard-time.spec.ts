import assert from 'node:assert/strict';
import { Ledger } from '../support/ledger';
import { HeardTime } from './heard-time';

/** An event every 100 ms. */
function hear(time: HeardTime, fromMs: number, toMs: number): void {
  for (let atMs = fromMs; atMs <= toMs; atMs += 100) time.heard(atMs);
}

describe('the time in which a storm hears its events', () => {
  it('passes as the clock does while events arrive', () => {
    const time = new HeardTime();
    hear(time, 0, 120_000);
    assert.equal(time.momentBefore(90_000, 120_000), 30_000);
  });

  it('stands still while none arrive, however long that lasts', () => {
    const time = new HeardTime();
    hear(time, 0, 50_000);
    hear(time, 200_000, 240_000);
    assert.equal(time.momentBefore(90_000, 240_000), 0);
    assert.equal(time.momentBefore(60_000, 240_000), 30_000);
    assert.equal(time.momentBefore(90_000, 900_000), 0, 'and not after the last of them');
  });

  it('has not begun before so much of it has passed', () => {
    const time = new HeardTime();
    hear(time, 0, 50_000);
    assert.equal(time.momentBefore(90_000, 200_000), Number.NEGATIVE_INFINITY);
  });

  it('does not give up an event that an outage of two minutes keeps at the broker, and does one that never comes', () => {
    const time = new HeardTime();
    const ledger = new Ledger();
    const settle = (nowMs: number): void => ledger.settle(time.momentBefore(90_000, nowMs), []);
    hear(time, 0, 100_000);
    ledger.published('kept', 1, 101_000);
    ledger.published('lost', 1, 102_000);
    settle(220_000);
    assert.deepEqual(ledger.balance.lost, []);
    ledger.received('kept');
    hear(time, 220_000, 320_000);
    settle(320_000);
    assert.deepEqual([ledger.balance.lost, ledger.balance.doubled], [['lost'], []]);
  });

  it('is of no account where everything is to be settled', () => {
    assert.equal(new HeardTime().momentBefore(0, 1_000), 1_000);
  });
});
