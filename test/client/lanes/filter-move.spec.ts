import assert from 'node:assert/strict';
import { FilterMove, type MovingStream } from '../../../src/client/lanes/filter-move';
import type { HandoverSide } from '../../../src/protocol/stream/deduplicator';
import { FakeClock, settle } from '../../support/fake-clock';

const times = { overlapMs: 600, matchWindowMs: 500, drainMs: 350 };

/** A connection that answers when it is told to. */
class FakeStream implements MovingStream {
  isUp = true;
  isRenewing = false;
  isBehind = false;
  isCatchingUp = false;
  repeats = 0;
  pings = 0;
  /** What the broker sends before it answers. */
  onPing: () => void = () => undefined;
  readonly #waiting: (() => void)[] = [];
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  settled(): Promise<void> {
    return this.isUp ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  async ping(): Promise<void> {
    this.pings += 1;
    this.onPing();
    await this.#clock.advance(10);
    if (!this.isUp) throw new Error('lost');
  }

  up(): void {
    this.isUp = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

describe('the move of a filter to another connection', () => {
  let clock: FakeClock;
  let from: FakeStream;
  let to: FakeStream;
  let move: FilterMove;
  let delivered: string[];

  beforeEach(() => {
    clock = new FakeClock();
    [from, to] = [new FakeStream(clock), new FakeStream(clock)];
    delivered = [];
    move = new FilterMove({ from, to, times, clock, isComplete: false });
  });

  afterEach(() => {
    move.end();
    assert.equal(clock.timers, 0);
  });

  function arrives(side: HandoverSide, ...events: string[]): void {
    for (const event of events) {
      move.accept(side, `/ports/c/l/h/${event[0]}`, Buffer.from(event), () => delivered.push(event));
    }
  }

  async function completes(): Promise<boolean> {
    let outcome: boolean | undefined;
    void move.complete().then((value) => {
      outcome = value;
    });
    for (let round = 0; outcome === undefined && round < 10_000; round += 1) await clock.advance(100);
    assert.notEqual(outcome, undefined);
    return outcome ?? false;
  }

  it('keeps the order if this process is held up before it reads what is older', async () => {
    arrives('new', 'a2');
    clock.stall(60_000);
    await clock.advance(0);
    arrives('old', 'a1', 'a2');
    assert.deepEqual(delivered, ['a1', 'a2']);
  });

  it('passes each event on once, whichever connection brings it first', async () => {
    arrives('old', 'a1', 'a2');
    arrives('new', 'a2', 'b1');
    arrives('old', 'b1', 'a3');
    arrives('new', 'a3');
    assert.equal(await completes(), true);
    arrives('new', 'a4');
    arrives('old', 'a4');
    assert.deepEqual(delivered, ['a1', 'a2', 'b1', 'a3', 'a4']);
  });

  it('keeps the order if the new connection is ahead of the old one', async () => {
    arrives('new', 'a3', 'a4');
    assert.deepEqual(delivered, []);
    arrives('old', 'a1', 'a2', 'a3');
    arrives('new', 'a5');
    assert.equal(await completes(), true);
    assert.deepEqual(delivered, ['a1', 'a2', 'a3', 'a4', 'a5']);
    arrives('old', 'a4', 'a5');
    assert.equal(delivered.length, 5);
  });

  it('waits while the old connection is being renewed: its successor’s events may wait for the older one’s', async () => {
    from.isRenewing = true;
    const completing = move.complete();
    arrives('new', 'a2');
    await clock.advance(6_000);
    assert.deepEqual(delivered, []);
    arrives('old', 'a1');
    from.isRenewing = false;
    await clock.advance(3_000);
    assert.equal(await completing, true);
    assert.deepEqual(delivered, ['a1', 'a2']);
  });

  it('goes on as long as the old connection brings what the broker had kept for it alone', async () => {
    // A broker sends more when it has our acknowledgements, and answers a ping after that.
    from.onPing = () => {
      if (from.pings <= 5) arrives('old', `a${from.pings}`);
    };
    arrives('new', 'a6');
    assert.equal(await completes(), true);
    assert.equal(from.pings, 6);
    assert.deepEqual(delivered, ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
  });

  it('goes on as long as it brings that by and by, as AWS IoT does', async () => {
    let sent = 0;
    const send = (): void => {
      sent += 1;
      arrives('old', `a${sent}`);
      if (sent < 20) clock.after(90, send);
    };
    clock.after(90, send);
    arrives('new', 'a21');
    assert.equal(await completes(), true);
    assert.deepEqual(
      delivered,
      Array.from({ length: 21 }, (_, index) => `a${index + 1}`),
    );
  });

  it('tells as many equal events as there were', async () => {
    arrives('old', 'a', 'a');
    arrives('new', 'a', 'a');
    await clock.advance(1_200);
    arrives('old', 'a');
    arrives('new', 'a');
    assert.deepEqual(delivered, ['a', 'a', 'a']);
  });

  it('waits for an old connection that is lost, but does not hold up the flows for longer than ten seconds', async () => {
    from.isUp = false;
    const completing = move.complete();
    arrives('new', 'a2');
    await clock.advance(9_000);
    assert.deepEqual(delivered, []);
    await clock.advance(2_000);
    assert.deepEqual(delivered, ['a2']);
    arrives('new', 'a3');
    from.up();
    arrives('old', 'a1', 'a2', 'a3');
    await clock.advance(5_000);
    assert.equal(await completing, true);
    assert.deepEqual(delivered, ['a2', 'a3', 'a1']);
  });

  it('knows the copies of a new connection that was away, which brings what was kept by and by', async () => {
    const completing = completes();
    arrives('old', 'a1', 'a2', 'a3');
    to.isBehind = true;
    await clock.advance(30_000);
    arrives('new', 'a1', 'a2');
    assert.equal(await completing, true);
    const settling = move.settle();
    await clock.advance(30_000);
    await settling;
    assert.deepEqual([...move.owed('new').values()], [1]);
    arrives('new', 'a3', 'a4');
    assert.deepEqual(delivered, ['a1', 'a2', 'a3', 'a4']);
  });

  it('forgets them once that has brought everything: an equal event is another one', async () => {
    to.isBehind = true;
    arrives('old', 'a');
    const completing = completes();
    await clock.advance(5_000);
    to.isBehind = false;
    assert.equal(await completing, true);
    arrives('new', 'a');
    assert.deepEqual(delivered, ['a', 'a']);
  });

  it('goes on as long as the old connection brings what was passed on before: the broker may have kept more', async () => {
    let repeats = 0;
    from.onPing = () => {
      repeats += 1;
      if (repeats <= 5) from.repeats = repeats;
    };
    assert.equal(await completes(), true);
    assert.equal(from.pings, 6);
  });

  it('is not settled while the new connection has another beside it, whose session would bring copies once more', async () => {
    assert.equal(await completes(), true);
    to.isRenewing = true;
    const settling = move.settle();
    arrives('old', 'a1');
    await clock.advance(60_000);
    arrives('new', 'a1');
    to.isRenewing = false;
    await clock.advance(2_000);
    await settling;
    assert.deepEqual(delivered, ['a1']);
  });

  for (const perhaps of ['old', 'new'] as const) {
    it(`is not settled while both may have kept what neither has brought yet, the ${perhaps} one only perhaps`, async () => {
      assert.equal(await completes(), true);
      for (const lane of [from, to]) [lane.isCatchingUp, lane.isBehind] = [true, true];
      const doubtful = perhaps === 'old' ? from : to;
      doubtful.isCatchingUp = false;
      const settling = move.settle();
      await clock.advance(60_000);
      arrives('old', 'a1');
      doubtful.isBehind = false;
      arrives('new', 'a1');
      await clock.advance(2_000);
      await settling;
      assert.deepEqual(delivered, ['a1']);
    });
  }

  it('waits for the new connection’s subscription before anything else', async () => {
    to.isUp = false;
    const completing = move.complete();
    await clock.advance(5_000);
    arrives('old', 'a1');
    assert.equal(from.pings, 0);
    to.up();
    await clock.advance(5_000);
    assert.equal(await completing, true);
    assert.deepEqual(delivered, ['a1']);
  });

  it('still knows the copies of what the old connection brings after it has unsubscribed', async () => {
    assert.equal(await completes(), true);
    const settling = move.settle();
    arrives('new', 'a1');
    arrives('old', 'a1');
    arrives('old', 'a2');
    arrives('new', 'a2');
    await clock.advance(1_000);
    await settling;
    assert.deepEqual(delivered, ['a1', 'a2']);
  });

  it('still knows them when the new connection comes back after minutes, and until then whose they are', async () => {
    assert.equal(await completes(), true);
    to.isUp = false;
    const settling = move.settle();
    arrives('old', 'a1', 'a2');
    await clock.advance(180_000);
    assert.deepEqual([[...move.owed('new').values()], [...move.owed('old').values()]], [[1, 1], []]);
    arrives('new', 'a1');
    to.up();
    arrives('new', 'a2');
    await clock.advance(1_000);
    await settling;
    assert.deepEqual(delivered, ['a1', 'a2']);
    assert.deepEqual([...move.owed('new').values()], []);
  });

  it('passes on what waits when it is ended in the middle', async () => {
    const completing = move.complete();
    arrives('new', 'a1');
    move.end();
    await settle();
    assert.deepEqual(delivered, ['a1']);
    assert.equal(await completing, false);
  });
});
