import assert from 'node:assert/strict';
import { LaneMoves, type LaneStream } from '../../../src/client/lanes/lane-moves';
import { eventKey } from '../../../src/protocol/stream/event-key';
import { FakeClock } from '../../support/fake-clock';

/** A connection that is not there, but for when the test says so, and whose session the broker keeps. */
class AwayStream implements LaneStream {
  isAway = true;
  isRenewing = false;
  isBehind = false;
  isCatchingUp = false;
  repeats = 0;
  readonly owed: ReadonlyMap<string, number>[] = [];

  settled(): Promise<void> {
    return this.isAway ? new Promise(() => undefined) : Promise.resolve();
  }

  ping(): Promise<void> {
    return this.isAway ? Promise.reject(new Error('away')) : Promise.resolve();
  }

  owes(events: ReadonlyMap<string, number>): void {
    this.owed.push(events);
  }
}

describe('moves between connections that are interrupted', () => {
  const topic = '/ports/goople/loc1/hub1/port1';
  const filter = '/ports/goople/loc1/hub1/#';
  let clock: FakeClock;
  let from: AwayStream;
  let to: AwayStream;
  let moves: LaneMoves;
  let delivered: string[];

  const move = { from: 1, to: 0, leaving: [filter], coming: [filter] };

  function newMoves(onChange = (): void => undefined): LaneMoves {
    const streams = (index: number): LaneStream => (index === 0 ? to : from);
    return new LaneMoves({ streams, clock, onChange, onIdle: () => undefined });
  }

  const arrives = (lane: number, event: string): void => {
    moves.route({ lane, topic, payload: Buffer.from(event), queued: false }, () => delivered.push(event));
  };
  const owedBy = (lane: AwayStream): readonly (readonly [string, number])[] =>
    lane.owed.flatMap((events) => [...events]);

  beforeEach(async () => {
    clock = new FakeClock();
    [from, to] = [new AwayStream(), new AwayStream()];
    delivered = [];
    moves = newMoves();
    moves.begin(move);
    // What the one brings no longer waits for the one that is away.
    await clock.advance(15_000);
  });

  it('leave to the session of the one that is away what has been passed on already', () => {
    arrives(0, 'heard');
    arrives(0, 'heard twice');
    arrives(0, 'heard twice');
    moves.stop(true);
    assert.deepEqual(delivered, ['heard', 'heard twice', 'heard twice']);
    assert.deepEqual(owedBy(from), [
      [eventKey(topic, Buffer.from('heard')), 1],
      [eventKey(topic, Buffer.from('heard twice')), 2],
    ]);
  });

  it('do so for the one that they lead to as well', () => {
    arrives(1, 'heard');
    moves.stop(true);
    assert.deepEqual(delivered, ['heard']);
    assert.deepEqual([owedBy(from), owedBy(to)], [[], [[eventKey(topic, Buffer.from('heard')), 1]]]);
  });

  it('do not if it has brought its copies', () => {
    arrives(0, 'heard');
    arrives(1, 'heard');
    moves.stop(true);
    assert.deepEqual(delivered, ['heard']);
    assert.deepEqual([owedBy(from), owedBy(to)], [[], []]);
  });

  it('leave it also if the connection that they lead to is done without', () => {
    arrives(0, 'heard');
    moves.drop(0);
    assert.deepEqual(owedBy(from), [[eventKey(topic, Buffer.from('heard')), 1]]);
  });

  it('leave it likewise to the one that they lead to, if that is away, when the other one is done without', () => {
    arrives(1, 'heard');
    to.isBehind = true;
    moves.drop(1);
    assert.deepEqual([owedBy(from), owedBy(to)], [[], [[eventKey(topic, Buffer.from('heard')), 1]]]);
  });

  it('leave nothing to one that is there and has brought all that it had', () => {
    arrives(1, 'heard');
    moves.drop(1);
    assert.deepEqual([owedBy(from), owedBy(to)], [[], []]);
  });

  it('tell whether they were complete when the connection that they lead to is done without', async () => {
    assert.deepEqual(moves.drop(0), [{ ...move, isComplete: false }]);
    for (const lane of [from, to]) lane.isAway = false;
    moves = newMoves(() => {
      from.isRenewing = true;
    });
    moves.begin(move);
    await clock.advance(60_000);
    assert.deepEqual(moves.drop(0), [{ ...move, isComplete: true }]);
    moves.stop(false);
  });

  it('tell nothing any more once they are stopped: the connections go on with what they have', async () => {
    moves.stop(false);
    for (const lane of [from, to]) lane.isAway = false;
    let changes = 0;
    moves = newMoves(() => {
      changes += 1;
      from.isRenewing = true;
    });
    moves.begin(move);
    await clock.advance(60_000);
    moves.stop(true);
    await clock.advance(60_000);
    assert.equal(changes, 1);
    assert.equal(clock.timers, 0);
  });

  it('leave nothing to a session that is not kept', () => {
    arrives(0, 'heard');
    moves.stop(false);
    assert.deepEqual([owedBy(from), owedBy(to)], [[], []]);
  });

  it('go on after a deploy where they were: what only the one can bring that they lead to waits for nothing', () => {
    moves.stop(true);
    moves = newMoves();
    moves.begin({ ...move, isComplete: true });
    assert.deepEqual(moves.leaving(1), []);
    arrives(0, 'kept');
    // Another deploy, before the time is over that it would have waited.
    moves.stop(true);
    assert.deepEqual(delivered, ['kept']);
  });

  it('wait for a connection that is lost as it is renewed: its session may still be subscribed to what has moved', async () => {
    moves.stop(true);
    [from.isAway, to.isAway] = [false, false];
    let isComplete = false;
    moves = newMoves(() => {
      isComplete = true;
      from.isRenewing = true;
    });
    moves.begin(move);
    for (let step = 0; !isComplete && step < 300; step += 1) await clock.advance(100);
    [from.isRenewing, from.isAway] = [false, true];
    arrives(0, 'kept');
    await clock.advance(60_000);
    arrives(1, 'kept');
    assert.deepEqual(delivered, ['kept']);
    assert.equal(moves.isIdle, false);
  });

  it('wait after a deploy for another of the same filter, without which that can’t be let go of', async () => {
    moves.stop(true);
    [from.isAway, to.isAway] = [false, false];
    const third = new AwayStream();
    const all = '/ports/goople/#';
    const streams = (index: number): LaneStream => [to, from, third][index] ?? third;
    moves = new LaneMoves({ streams, clock, onChange: () => undefined, onIdle: () => undefined });
    moves.begin({ from: 1, to: 0, leaving: [all], coming: [filter], isComplete: true });
    moves.begin({ from: 1, to: 2, leaving: [all], coming: ['/ports/goople/loc1/hub2/#'] });
    await clock.advance(60_000);
    arrives(0, 'on both');
    arrives(1, 'on both');
    assert.deepEqual(delivered, ['on both']);
    assert.equal(moves.pending.length, 2);
    moves.begin({ from: 1, to: 2, leaving: [all], coming: ['/ports/goople/loc1/hub3/#'] });
    assert.deepEqual(moves.leaving(1), [all], 'asked for once');
  });

  it('leave to sessions that hold more when they are over what has been passed on already', async () => {
    moves.stop(true);
    [from.isAway, to.isAway] = [false, false];
    [from.isBehind, to.isBehind] = [true, true];
    moves = newMoves();
    moves.begin({ ...move, isComplete: true });
    await clock.advance(1_000);
    arrives(0, 'by the one');
    arrives(1, 'by the other');
    for (let step = 0; !moves.isIdle && step < 300; step += 1) await clock.advance(100);
    assert.deepEqual(
      [owedBy(from), owedBy(to)],
      [[[eventKey(topic, Buffer.from('by the one')), 1]], [[eventKey(topic, Buffer.from('by the other')), 1]]],
    );
  });

  it('begin from the first again if they were not complete at a deploy', () => {
    const { pending } = moves;
    moves.stop(true);
    moves = newMoves();
    assert.deepEqual(pending, [{ ...move, isComplete: false }]);
    for (const one of pending) moves.begin(one);
    assert.deepEqual(moves.leaving(1), [filter]);
    arrives(0, 'on both');
    moves.stop(true);
    assert.deepEqual(delivered, [], 'the session of the other brings it');
  });
});
