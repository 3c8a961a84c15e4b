import assert from 'node:assert/strict';
import { LaneTrials, type TriedLane } from '../../../src/client/lanes/lane-trials';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock } from '../../support/fake-clock';

const refusal = new StreamError('the broker refused the connection', { reason: 'forbidden', refuses: 'connect' });
const closed = new StreamError('the broker closed the connection', { byBroker: true, refuses: 'connect' });
const unavailable = new StreamError('the server answered 503', { isForNow: true });
const timeOut = new StreamError('connack timeout', { reason: 'timeout' });

/** A connection that is there and gone when the test says so. */
class FakeLane implements TriedLane {
  readonly index: number;
  readonly stream = {
    isOpen: false,
    isRenewing: false,
    problem: 'refused',
    holdsNothing: false,
    hurry: () => undefined,
    ping: (): Promise<void> => (this.isAlive ? Promise.resolve() : new Promise(() => undefined)),
  };
  /** Whether the broker still answers on it. */
  isAlive = true;
  hasStarted = true;
  isExcluded = false;
  starts = 0;

  constructor(index: number) {
    this.index = index;
  }

  get isDown(): boolean {
    return !this.stream.isOpen && !this.stream.isRenewing;
  }

  start(): void {
    this.hasStarted = true;
    this.starts += 1;
  }

  rest(): void {
    this.hasStarted = false;
    this.stream.isOpen = false;
  }
}

describe('the connections that an account gets', () => {
  let clock: FakeClock;
  let lanes: FakeLane[];
  let trials: LaneTrials<FakeLane>;
  /** What was told: which are done without, and which are there again. */
  let told: string[];

  beforeEach(() => {
    clock = new FakeClock();
    lanes = [0, 1, 2].map((index) => new FakeLane(index));
    told = [];
    trials = new LaneTrials({
      ...{ clock, connections: 3, lanes: () => lanes, usable: () => lanes.filter(({ isExcluded }) => !isExcluded) },
      onWithout: (all, problem) => {
        for (const lane of all) lane.rest();
        told.push(`without ${all.map(({ index }) => index)}: ${problem}`);
      },
      onAgain: ({ index }) => told.push(`again ${index}`),
    });
  });

  afterEach(() => {
    trials.stop();
    assert.equal(clock.timers, 0);
  });

  function lane(index: number): FakeLane {
    const found = lanes[index];
    assert.ok(found);
    return found;
  }

  function open(...indexes: number[]): void {
    for (const index of indexes) {
      trials.trying(lane(index));
      lane(index).stream.isOpen = true;
      trials.opened(lane(index));
      trials.changed(lane(index));
    }
  }

  function lose(...indexes: number[]): void {
    for (const index of indexes) lane(index).stream.isOpen = false;
    for (const index of indexes) trials.changed(lane(index));
  }

  /** Attempts fail every few seconds. */
  async function fail(indexes: readonly number[], forMs: number, failure: Error = refusal): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += 5_000) {
      for (const index of indexes) {
        if (!lane(index).hasStarted) continue;
        trials.trying(lane(index));
        trials.failed(lane(index), failure);
      }
      await clock.advance(5_000);
    }
  }

  /** The broker lets so many live, and ends the oldest for a new one. */
  async function fight(permitted: number, rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      for (const { index } of lanes.filter(({ hasStarted }) => hasStarted)) {
        const living = lanes.filter(({ stream }) => stream.isOpen);
        if (lane(index).stream.isOpen) continue;
        trials.trying(lane(index));
        await clock.advance(50);
        lose(...living.slice(0, Math.max(0, living.length - permitted + 1)).map((other) => other.index));
        lane(index).stream.isOpen = true;
        trials.opened(lane(index));
        trials.changed(lane(index));
        await clock.advance(3_000);
      }
    }
  }

  for (const refused of [[1, 2], [2], [0], [0, 1]] as const) {
    it(`are without ${refused.join(' and ')} after half a minute, told once, if the rest is there all the time`, async () => {
      open(0, 1, 2);
      await clock.advance(60_000);
      lose(...refused);
      await fail(refused, 25_000);
      assert.deepEqual(told, []);
      await fail(refused, 10_000);
      assert.deepEqual(told, [`without ${refused.join()}: refused`]);
    });
  }

  it('are as many as before, however long none is to be had', async () => {
    open(0, 1, 2);
    lose(0, 1, 2);
    await fail([0, 1, 2], 600_000);
    open(0, 1, 2);
    await clock.advance(60_000);
    assert.deepEqual(told, []);
  });

  it('are as many as before when one comes back long after the others without having failed', async () => {
    open(0, 1, 2);
    lose(0, 1, 2);
    await fail([0, 1, 2], 600_000);
    open(0, 1);
    await clock.advance(110_000);
    open(2);
    assert.deepEqual(told, []);
  });

  it('are as many as before while the others are not there all the time either', async () => {
    open(0, 1);
    for (let round = 0; round < 10; round += 1) {
      await fail([2], 15_000);
      lose(0, 1);
      await clock.advance(1_000);
      open(0, 1);
    }
    assert.deepEqual(told, []);
  });

  it('are as many as before when an outage is noticed on one after the other', async () => {
    open(0, 1, 2);
    for (const { index } of lanes) lane(index).isAlive = false;
    lose(2);
    await fail([2], 40_000);
    lose(1);
    await fail([1, 2], 40_000, closed);
    await fail([1, 2], 40_000, timeOut);
    assert.deepEqual(told, []);
  });

  it('are as many as before if nothing answers for one of them', async () => {
    open(0, 1);
    await fail([2], 1_800_000, timeOut);
    assert.deepEqual(told, []);
  });

  for (const failure of [unavailable, closed]) {
    it(`are as many as before if ${failure.message} for some minutes, and fewer if it goes on`, async () => {
      open(0, 1, 2);
      lose(2);
      await fail([2], 240_000, failure);
      assert.deepEqual(told, []);
      await fail([2], 120_000, failure);
      assert.deepEqual(told, ['without 2: refused']);
    });
  }

  it('are fewer after half a minute for whatever reason if nothing is lost by it', async () => {
    open(0, 1);
    lane(2).stream.holdsNothing = true;
    await fail([2], 35_000, timeOut);
    assert.deepEqual(told, ['without 2: refused']);
  });

  it('are as many as before if it is the platform that gives no credentials', async () => {
    open(0, 1);
    await fail([2], 300_000, new OchnoError('OCHNO_HTTP', 'too many requests', { statusCode: 429 }));
    assert.deepEqual(told, []);
  });

  it('are as many as before if one is renewed by closing it', async () => {
    open(0, 1, 2);
    for (let renewal = 0; renewal < 20; renewal += 1) {
      lane(1).stream.isRenewing = true;
      lose(1);
      open(2);
      await clock.advance(20_000);
      open(1);
      lane(1).stream.isRenewing = false;
    }
    assert.deepEqual(told, []);
  });

  for (const permitted of [1, 2]) {
    it(`are ${permitted} if the broker ends an older one for each that comes, once it is seen that it does`, async () => {
      open(0, 1, 2);
      await clock.advance(60_000);
      lose(0);
      await fight(permitted, 3);
      assert.deepEqual(told, []);
      await fight(permitted, 20);
      assert.match(told.join(), /^without [\d,]+: refused$/);
      assert.equal(lanes.filter(({ isExcluded }) => !isExcluded).length, permitted);
      assert.equal(lanes.filter(({ stream }) => stream.isOpen).length, permitted);
    });
  }

  it('are as many as before when all are closed again and again at once', async () => {
    for (let round = 0; round < 30; round += 1) {
      for (const { index } of lanes) trials.trying(lane(index));
      await clock.advance(300);
      open(0, 1, 2);
      await clock.advance(3_000);
      lose(0, 1, 2);
      await clock.advance(1_000);
    }
    assert.deepEqual(told, []);
  });

  it('are tried again after ten minutes, and then after twice as long', async () => {
    open(0, 1);
    await fail([2], 35_000);
    await clock.advance(560_000);
    assert.equal(lane(2).starts, 0);
    await clock.advance(40_000);
    assert.equal(lane(2).starts, 1);
    trials.failed(lane(2), refusal);
    assert.equal(lane(2).hasStarted, false);
    await clock.advance(1_190_000);
    assert.equal(lane(2).starts, 1);
    await clock.advance(20_000);
    assert.equal(lane(2).starts, 2);
    open(2);
    await clock.advance(3_000);
    assert.deepEqual(told, ['without 2: refused', 'again 2']);
  });

  it('are not tried while another one is renewed or not there', async () => {
    open(0, 1);
    await fail([2], 35_000);
    lane(0).stream.isRenewing = true;
    await clock.advance(700_000);
    lane(0).stream.isRenewing = false;
    lose(1);
    await clock.advance(600_000);
    assert.equal(lane(2).starts, 0);
    open(1);
    await clock.advance(600_000);
    assert.equal(lane(2).starts, 1);
  });

  it('do not have one that is tried in the place of another', async () => {
    open(0, 1);
    await fail([2], 35_000);
    await clock.advance(600_000);
    trials.trying(lane(2));
    await clock.advance(50);
    lose(0);
    lane(2).stream.isOpen = true;
    assert.equal(trials.opened(lane(2)), false);
    await clock.advance(2_500);
    assert.equal(lane(2).hasStarted, false);
    assert.deepEqual(told, ['without 2: refused']);
  });
});
