import assert from 'node:assert/strict';
import { LampStates } from '../../../src/client/commands/lamp-states';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakePorts } from '../../support/fake-ports';
import { ochnoError } from '../../support/ochno-errors';

const desk = { company: 'c', location: 'l', hub: 'h', port: 'p1' };

function start() {
  const clock = new FakeClock();
  const ports = new FakePorts();
  const lamps = new LampStates(ports, clock);
  const limits = (timeoutMs = 5_000, signal?: AbortSignal) => ({
    clock,
    deadlineMs: clock.monotonicMs() + timeoutMs,
    signals: [signal],
  });
  return { clock, ports, lamps, limits };
}

describe('LampStates', () => {
  it('subscribes to a port for its first follower and unsubscribes after its last', () => {
    const { ports, lamps } = start();
    const [first, second] = [lamps.follow(desk), lamps.follow(desk)];
    assert.equal(ports.subscriptions, 1);
    first.end();
    first.end();
    assert.equal(ports.subscriptions, 1);
    ports.event(desk, { data: { device: { lamp: { level: 40 } } } });
    assert.equal(lamps.present(desk).level, 40);
    second.end();
    assert.equal(ports.subscriptions, 0);
    assert.deepEqual(lamps.present(desk), {});
    assert.equal(lamps.knows(desk, ['level']), false);
  });

  it('finds the lamp wherever an event has it, and hands the data on as it came', () => {
    const { ports, lamps } = start();
    const heard: unknown[] = [];
    lamps.follow(desk, (data) => heard.push(data));
    const events = [{ lamp: { level: 10 } }, { device: { lamp: { temp: 3000 } } }, 'no object', { data: { t: 5 } }];
    for (const event of events) ports.event(desk, event);
    assert.deepEqual(lamps.present(desk), { level: 10, temp: 3000, lastLitLevel: 10 });
    assert.deepEqual(heard, events);
  });

  it('reads over REST what no event has shown, once for all who ask', async () => {
    const { clock, ports, lamps, limits } = start();
    lamps.follow(desk);
    ports.answer = () => ({ id: 'p1', data: { device: { lamp: { level: 30 } } } });
    await Promise.all([lamps.learn(desk, ['level'], limits()), lamps.learn(desk, ['level'], limits())]);
    assert.equal(ports.reads.length, 1);
    assert.equal(lamps.present(desk).level, 30);
    assert.equal(lamps.knows(desk, ['level']), true);
    assert.equal(clock.timers, 0);
  });

  it('does not read before the events can be heard', async () => {
    const { ports, lamps, limits } = start();
    ports.holdReady();
    lamps.follow(desk);
    const learnt = lamps.learn(desk, ['level'], limits());
    await settle();
    assert.equal(ports.reads.length, 0);
    ports.releaseReady();
    await learnt;
    assert.equal(ports.reads.length, 1);
  });

  it('knows nothing for long of a port whose events are refused', async () => {
    const { ports, lamps, limits } = start();
    ports.refuseReady(new OchnoError('OCHNO_REFUSED', 'not yours'));
    lamps.follow(desk);
    for (const level of [30, 60]) {
      ports.answer = () => ({ lamp: { level } });
      assert.equal(lamps.knows(desk, ['level']), false);
      await lamps.learn(desk, ['level'], limits());
      assert.equal(lamps.present(desk).level, level);
    }
    assert.equal(ports.reads.length, 2);
  });

  it('asks again after a gap in the company, and not in another', async () => {
    const { ports, lamps, limits } = start();
    lamps.follow(desk);
    ports.event(desk, { lamp: { level: 40 } });
    lamps.markStale('another');
    assert.equal(lamps.knows(desk, ['level']), true);
    lamps.markStale('c');
    assert.equal(lamps.knows(desk, ['level']), false);
    ports.answer = () => ({ lamp: { level: 55 } });
    await lamps.learn(desk, ['level'], limits());
    assert.equal(lamps.present(desk).level, 55);
  });

  it('reads again when a gap comes in the middle of a read', async () => {
    const { ports, lamps, limits } = start();
    lamps.follow(desk);
    let level = 10;
    ports.answer = () => {
      if (ports.reads.length === 1) lamps.markStale('c');
      level += 10;
      return { lamp: { level } };
    };
    await lamps.learn(desk, ['level'], limits());
    assert.equal(ports.reads.length, 2);
    assert.equal(lamps.present(desk).level, 30);
  });

  it('takes a state that is read for a confirmation for no news if a gap comes in the middle of it', async () => {
    const { ports, lamps, limits } = start();
    lamps.follow(desk);
    ports.answer = () => {
      lamps.markStale('c');
      return { lamp: { level: 20 } };
    };
    assert.deepEqual(await lamps.read(desk, limits()), { lamp: { level: 20 } });
    assert.equal(lamps.knows(desk, ['level']), false);
  });

  it('knows nothing of a port whose device went away', () => {
    const { ports, lamps } = start();
    lamps.follow(desk);
    for (const gone of [{ data: { connected: false } }, { connected: false }]) {
      ports.event(desk, { lamp: { level: 40 } });
      ports.event(desk, gone);
      assert.equal(lamps.knows(desk, ['level']), false);
    }
  });

  it('passes on why the read failed', async () => {
    const { clock, ports, lamps, limits } = start();
    lamps.follow(desk);
    ports.answer = () => {
      throw new OchnoError('OCHNO_HTTP', 'no such port', { statusCode: 404, cause: { statusCode: 404 } });
    };
    await assert.rejects(lamps.learn(desk, ['level'], limits()), ochnoError('OCHNO_HTTP', /no such port/));
    assert.equal(clock.timers, 0);
  });

  it('tries again what failed in passing, until there is no time left', async () => {
    const { clock, ports, lamps, limits } = start();
    lamps.follow(desk);
    ports.answer = () => {
      if (ports.reads.length > 3) return { lamp: { level: 5 } };
      throw new OchnoError('OCHNO_NETWORK', 'no network', { retryable: true });
    };
    const late = assert.rejects(
      lamps.learn(desk, ['level'], limits(1_500)),
      ochnoError('OCHNO_TIMEOUT', /nothing was sent: no network/),
    );
    await clock.advance(1_500);
    await late;
    const learnt = lamps.learn(desk, ['level'], limits());
    await clock.advance(2_000);
    await learnt;
    assert.equal(lamps.present(desk).level, 5);
    assert.equal(clock.timers, 0);
  });

  it('is content with an event that comes while the read fails', async () => {
    const { ports, lamps, limits } = start();
    lamps.follow(desk);
    ports.answer = () => {
      ports.event(desk, { lamp: { level: 5 } });
      throw new OchnoError('OCHNO_HTTP', 'out of order', { statusCode: 500 });
    };
    await lamps.learn(desk, ['level'], limits());
    assert.equal(lamps.present(desk).level, 5);
  });

  it('stops waiting when told to', async () => {
    const { clock, ports, lamps, limits } = start();
    lamps.follow(desk);
    ports.answer = () => new Promise(() => undefined);
    const controller = new AbortController();
    const closed = assert.rejects(
      lamps.learn(desk, ['level'], limits(5_000, controller.signal)),
      ochnoError('OCHNO_CLOSED'),
    );
    await settle();
    controller.abort();
    await closed;
    assert.equal(clock.timers, 0);
  });

  it('ends the subscriptions and reads of all ports when closed', async () => {
    const { ports, lamps } = start();
    lamps.follow(desk);
    lamps.follow({ ...desk, port: 'p2' }).end();
    lamps.close();
    assert.equal(ports.subscriptions, 0);
  });
});
