import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type ConnectionCommand,
  type ConnectionEvent,
  type ConnectionState,
  stopped,
} from '../../../src/protocol/connection/connection-state';
import { next, provenAfterMs } from '../../../src/protocol/connection/connection-steps';
import { mostReclaims } from '../../../src/protocol/connection/rotation-steps';

/** Feeds the events in order; returns the last state and every command on the way. */
function run(...events: ConnectionEvent[]): { state: ConnectionState; commands: ConnectionCommand[] } {
  let state: ConnectionState = stopped;
  const commands: ConnectionCommand[] = [];
  for (const event of events) {
    const step = next(state, event);
    state = step.state;
    commands.push(...step.commands);
  }
  return { state, commands };
}

const start: ConnectionEvent = { type: 'start' };
const opened = (attempt: number, atMs = 0): ConnectionEvent => ({ type: 'opened', attempt, atMs });
const renew: ConnectionEvent = { type: 'renew', alone: false };

describe('the state of a connection', () => {
  it('opens the first attempt when it is started', () => {
    const { state, commands } = run(start);
    assert.equal(state.is, 'connecting');
    assert.deepEqual(commands, [{ do: 'open', attempt: 1, as: 'initial' }]);
  });

  it('stays as it is when it is started twice', () => {
    assert.equal(run(start, start).commands.length, 1);
  });

  it('waits longer with each failure in a row', () => {
    const { commands } = run(
      start,
      { type: 'failed', attempt: 1, verdict: 'retry' },
      { type: 'retry' },
      { type: 'failed', attempt: 2, verdict: 'retry' },
    );
    assert.deepEqual(
      commands.filter((command) => command.do === 'wait'),
      [
        { do: 'wait', failures: 1, until: 'retry' },
        { do: 'wait', failures: 2, until: 'retry' },
      ],
    );
  });

  it('tries again at once only once, then waits', () => {
    const { state, commands } = run(
      start,
      { type: 'failed', attempt: 1, verdict: 'retry at once' },
      { type: 'failed', attempt: 2, verdict: 'retry at once' },
    );
    assert.equal(state.is, 'waiting');
    assert.deepEqual(
      commands.map((command) => command.do),
      ['open', 'open', 'wait'],
    );
  });

  it('gives up after a refused log-in until it is started anew', () => {
    const refused = run(start, { type: 'failed', attempt: 1, verdict: 'give up' });
    assert.equal(refused.state.is, 'refused');
    assert.equal(next(refused.state, { type: 'retry' }).state, refused.state);
    assert.equal(next(refused.state, start).state.is, 'connecting');
  });

  it('counts failures on when a connection is lost soon, and starts again after a good one', () => {
    const soon = run(start, opened(1, 0), { type: 'lost', attempt: 1, atMs: provenAfterMs - 1, isOwed: false });
    const late = run(start, { type: 'failed', attempt: 1, verdict: 'retry' }, { type: 'retry' }, opened(2, 0), {
      type: 'lost',
      attempt: 2,
      atMs: provenAfterMs,
      isOwed: false,
    });
    const again = run(start, { type: 'failed', attempt: 1, verdict: 'retry' }, { type: 'retry' }, opened(2, 0), {
      type: 'lost',
      attempt: 2,
      atMs: 1,
      isOwed: false,
    });
    assert.deepEqual(soon.commands.at(-1), { do: 'wait', failures: 1, until: 'retry' });
    assert.deepEqual(late.commands.at(-1), { do: 'wait', failures: 1, until: 'retry' });
    assert.deepEqual(again.commands.at(-1), { do: 'wait', failures: 2, until: 'retry' });
  });

  it('closes a connection that opens under an old number', () => {
    const { state, commands } = run(
      start,
      { type: 'failed', attempt: 1, verdict: 'retry' },
      { type: 'retry' },
      opened(1),
    );
    assert.equal(state.is, 'connecting');
    assert.deepEqual(commands.at(-1), { do: 'close', attempt: 1, how: 'at once' });
  });

  it('closes a connection that opens after everything was stopped', () => {
    const { commands } = run(start, { type: 'stop' }, opened(1));
    assert.deepEqual(commands.at(-1), { do: 'close', attempt: 1, how: 'at once' });
  });

  it('renews by opening a second connection, letting both run, draining and closing the old one', () => {
    const { state, commands } = run(
      start,
      opened(1),
      renew,
      opened(2),
      { type: 'overlapped', attempt: 1 },
      { type: 'drained', attempt: 1 },
    );
    assert.equal(state.is, 'connected');
    assert.deepEqual(commands, [
      { do: 'open', attempt: 1, as: 'initial' },
      { do: 'open', attempt: 2, as: 'successor' },
      { do: 'close', attempt: 1, how: 'gracefully' },
    ]);
  });

  it('keeps the old connection and tries the renewal again when the new one fails', () => {
    const { state, commands } = run(start, opened(1), renew, { type: 'failed', attempt: 2, verdict: 'retry' });
    assert.equal(state.is, 'connected');
    assert.ok('attempt' in state && state.attempt === 1);
    assert.deepEqual(commands.at(-1), { do: 'wait to renew', failures: 1 });
  });

  it('has the old connection’s session once more, beside the new one, if the broker keeps what only it would bring', () => {
    const { state, commands } = run(start, opened(1), renew, opened(2), {
      ...{ type: 'lost', attempt: 1, atMs: 5, isOwed: true },
    });
    assert.ok(state.is === 'reclaiming' && state.attempt === 2);
    assert.deepEqual(commands.at(-1), { do: 'open', attempt: 3, as: 'reclaim' });
    const again = next(state, opened(3)).state;
    assert.ok(again.is === 'overlapping' && again.attempt === 2 && again.old === 3);
    assert.equal(next(again, { type: 'overlapped', attempt: 3 }).state.is, 'draining');
  });

  it('tries to have it several times, then goes on without', () => {
    let { state } = run(start, opened(1), renew, opened(2), { type: 'lost', attempt: 1, atMs: 5, isOwed: true });
    for (let failures = 1; failures < mostReclaims; failures += 1) {
      assert.ok('old' in state);
      const failed = next(state, { type: 'failed', attempt: state.old, verdict: 'retry' });
      assert.deepEqual(failed.commands, [{ do: 'wait', failures, until: 'reclaim' }]);
      state = next(failed.state, { type: 'reclaim' }).state;
    }
    assert.ok('old' in state);
    const { state: last } = next(state, { type: 'failed', attempt: state.old, verdict: 'retry' });
    assert.ok(last.is === 'connected' && last.attempt === 2);
  });

  it('connects anew when the new connection is lost while the old one’s session is to be had', () => {
    const { state, commands } = run(
      ...[start, opened(1), renew, opened(2)],
      { type: 'lost', attempt: 1, atMs: 5, isOwed: true },
      { type: 'lost', attempt: 2, atMs: 6, isOwed: false },
    );
    assert.equal(state.is, 'waiting');
    assert.deepEqual(commands.slice(-2), [
      { do: 'close', attempt: 3, how: 'at once' },
      { do: 'wait', failures: 1, until: 'retry' },
    ]);
  });

  it('goes on with the new connection when the old one is lost that has nothing more to bring', () => {
    const { state } = run(start, opened(1), renew, opened(2), { type: 'lost', attempt: 1, atMs: 5, isOwed: false });
    assert.equal(state.is, 'connected');
    assert.ok('attempt' in state && state.attempt === 2);
  });

  it('counts renewals in a row that failed, for want of credentials or of a connection', () => {
    const { commands } = run(
      ...[start, opened(1)],
      { type: 'not renewed' },
      renew,
      { type: 'failed', attempt: 2, verdict: 'retry' },
      { type: 'not renewed' },
    );
    assert.deepEqual(
      commands.filter((command) => command.do === 'wait to renew').map(({ failures }) => failures),
      [1, 2, 3],
    );
  });

  it('falls back on the old connection when the new one is lost while both run', () => {
    const { state } = run(start, opened(1), renew, opened(2), { type: 'lost', attempt: 2, atMs: 5, isOwed: false });
    assert.equal(state.is, 'connected');
    assert.ok('attempt' in state && state.attempt === 1);
  });

  it('connects anew when the new connection is lost while the old one is drained', () => {
    const { state, commands } = run(
      start,
      opened(1),
      renew,
      opened(2),
      { type: 'overlapped', attempt: 1 },
      { type: 'lost', attempt: 2, atMs: 5, isOwed: false },
    );
    assert.equal(state.is, 'waiting');
    assert.deepEqual(
      commands.slice(-2).map((command) => command.do),
      ['close', 'wait'],
    );
  });

  it('goes back to the old connection’s session when that is lost while the successor opens', () => {
    const { state, commands } = run(start, opened(1), renew, { type: 'lost', attempt: 1, atMs: 5, isOwed: false });
    assert.equal(state.is, 'waiting');
    assert.deepEqual(commands.slice(-2), [
      { do: 'close', attempt: 2, how: 'at once' },
      { do: 'wait', failures: 1, until: 'retry' },
    ]);
    assert.deepEqual(next(state, { type: 'retry' }).commands, [{ do: 'open', attempt: 3, as: 'initial' }]);
  });

  it('takes a pinned session over: closes keeping the session, then opens', () => {
    const { state, commands } = run(start, opened(1), { type: 'renew', alone: true });
    assert.equal(state.is, 'taking over');
    assert.deepEqual(commands.slice(1), [
      { do: 'close', attempt: 1, how: 'keeping the session' },
      { do: 'open', attempt: 2, as: 'takeover' },
    ]);
    assert.equal(next(state, opened(2)).state.is, 'connected');
  });

  it('never opens a number twice and always closes every connection it opened, whatever happens', () => {
    const event: fc.Arbitrary<ConnectionEvent> = fc.oneof(
      fc.constant(start),
      fc.constant<ConnectionEvent>({ type: 'retry' }),
      fc.record({ type: fc.constant('renew' as const), alone: fc.boolean() }),
      fc.record({
        type: fc.constant('opened' as const),
        attempt: fc.integer({ min: 1, max: 8 }),
        atMs: fc.nat(99_999),
      }),
      fc.record({
        type: fc.constant('failed' as const),
        attempt: fc.integer({ min: 1, max: 8 }),
        verdict: fc.constantFrom('retry' as const, 'retry at once' as const, 'give up' as const),
      }),
      fc.record({
        type: fc.constant('lost' as const),
        attempt: fc.integer({ min: 1, max: 8 }),
        atMs: fc.nat(99_999),
        isOwed: fc.boolean(),
      }),
      fc.constant<ConnectionEvent>({ type: 'not renewed' }),
      fc.constant<ConnectionEvent>({ type: 'reclaim' }),
      fc.record({ type: fc.constant('overlapped' as const), attempt: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ type: fc.constant('drained' as const), attempt: fc.integer({ min: 1, max: 8 }) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let state: ConnectionState = stopped;
        // The world: attempts under way and connections that are there. An event about neither can't happen.
        const opening = new Set<number>();
        const there = new Set<number>();
        const seen = new Set<number>();
        const feed = (given: ConnectionEvent): void => {
          if (given.type === 'opened' || given.type === 'failed') {
            if (!opening.delete(given.attempt)) return;
            if (given.type === 'opened') there.add(given.attempt);
          }
          if (given.type === 'lost' && !there.delete(given.attempt)) return;
          const step = next(state, given);
          state = step.state;
          for (const command of step.commands) {
            if (command.do === 'open') {
              assert.ok(!seen.has(command.attempt), `attempt ${command.attempt} was opened twice`);
              seen.add(command.attempt);
              opening.add(command.attempt);
            }
            if (command.do === 'close') {
              opening.delete(command.attempt);
              there.delete(command.attempt);
            }
          }
          assert.ok(there.size <= 2, 'more than two connections at once');
        };
        for (const given of events) feed(given);
        feed({ type: 'stop' });
        assert.deepEqual([...there], []);
        assert.deepEqual([...opening], []);
      }),
      { numRuns: 2000 },
    );
  });
});
