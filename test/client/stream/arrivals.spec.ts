import assert from 'node:assert/strict';
import type { Arrivals, EventReceivers, Inbox } from '../../../src/client/stream/arrivals';
import type { RedeliveryFilter } from '../../../src/protocol/stream/redelivery';
import { FakeClock } from '../../support/fake-clock';
import { fakeArrivals } from '../../support/fake-link';

const topic = '/ports/c/l/h/p';

describe('what arrives on the connections of a stream', () => {
  let clock: FakeClock;
  let passedOn: string[];
  let arrivals: Arrivals;
  let plan: readonly string[];

  const receivers: EventReceivers = {
    dispatch: (_topic, payload, queued) => passedOn.push(`${queued ? 'queued ' : ''}${payload.toString()}`),
    dispatchRetained: (_topic, payload) => passedOn.push(`retained ${payload.toString()}`),
    get plan() {
      return plan;
    },
  };

  beforeEach(() => {
    clock = new FakeClock();
    passedOn = [];
    plan = ['#'];
    arrivals = fakeArrivals(clock, receivers);
  });
  afterEach(() => arrivals.close());

  const open = (clientId: string, sessionPresent = false, isSuccessor = false): Inbox =>
    arrivals.inbox({ clientId, sessionPresent, isSuccessor });
  const receive = (inbox: Inbox, text: string, { qos = 1, retained = false } = {}): void => {
    inbox.receive(topic, Buffer.from(text), qos, retained);
  };

  it('A1: is not sent again once a session is resumed, however many connections fail before', async () => {
    const first = open('a');
    for (const text of ['1', '2']) receive(first, text);
    // Attempts that get no CONNACK have no inbox: nothing is resumed and nothing forgotten.
    await clock.advance(300_000);
    const second = open('a', true);
    for (const text of ['1', '2', '3']) receive(second, text);
    assert.deepEqual(passedOn, ['1', '2', 'queued 3']);
  });

  it('shares the turns of the flows with all other connections, and each goes on in its own', async () => {
    const flood = { ...receivers, dispatch: () => 75 };
    const [one, other] = ['a', 'b'].map((clientId) =>
      fakeArrivals(clock, flood).inbox({ clientId, sessionPresent: false, isSuccessor: false }),
    );
    const next = (inbox?: Inbox): ReturnType<Inbox['receive']> => inbox?.receive(topic, Buffer.from('1'), 0, false);
    const turn = (pause: ReturnType<Inbox['receive']>): Promise<void> =>
      pause === undefined ? Promise.resolve() : new Promise(pause);
    await turn(next(one) ?? next(one));
    assert.equal(next(one), undefined);
    const pauses = [next(other), next(one)];
    assert.ok(pauses.every((pause) => pause !== undefined));
    const wentOn: string[] = [];
    const [first, second] = pauses.map((pause, index) => turn(pause).then(() => wentOn.push(`${index}`)));
    await first;
    assert.deepEqual(wentOn, ['0']);
    await second;
    assert.deepEqual(wentOn, ['0', '1']);
  });

  it('is new if the broker began a new session', () => {
    receive(open('a'), '1');
    receive(open('a', false), '1');
    assert.deepEqual(passedOn, ['1', '1']);
  });

  it('is confirmed by the answer to a ping that left after it', () => {
    const first = open('a');
    receive(first, '1');
    first.pingSent();
    receive(first, '2');
    first.pingAnswered();
    const second = open('a', true);
    for (const text of ['1', '2']) receive(second, text);
    assert.deepEqual(passedOn, ['1', '2', 'queued 1']);
  });

  it('A8: goes as present state if it was retained, and nowhere on a successor', () => {
    receive(open('a'), '1', { retained: true });
    receive(open('b', false, true), '2', { retained: true });
    assert.deepEqual(passedOn, ['retained 1']);
  });

  it('A13: is queued on a resumed session until that has caught up', () => {
    const inbox = open('a', true);
    receive(inbox, '1');
    inbox.caughtUp();
    receive(inbox, '2');
    assert.deepEqual(passedOn, ['queued 1', '2']);
  });

  it('is passed on once in a handover, whichever connection brings it', () => {
    const old = open('a');
    arrivals.beginHandover('a', 1_000);
    const fresh = open('b', false, true);
    receive(old, '1');
    receive(fresh, '1');
    receive(fresh, '2');
    receive(old, '2');
    arrivals.release();
    assert.deepEqual([...passedOn].sort(), ['1', '2']);
  });

  it('is kept in order in a handover if this process is held up before it reads what is older', async () => {
    const old = open('a');
    arrivals.beginHandover('a', 1_000);
    const fresh = open('b', false, true);
    receive(fresh, '2');
    clock.stall(60_000);
    await clock.advance(0);
    for (const text of ['1', '2']) receive(old, text);
    assert.deepEqual(passedOn, ['1', '2']);
  });

  it('is passed on once in a handover also if it is wanted no more, and not waited for then', async () => {
    const old = open('a');
    arrivals.beginHandover('a', 1_000);
    const fresh = open('b', false, true);
    receive(fresh, 'ahead');
    plan = [];
    for (const text of ['ahead', 'level', 'alone']) receive(old, text);
    receive(fresh, 'level');
    assert.deepEqual(passedOn, ['ahead', 'level', 'alone']);
    await clock.advance(2_500);
    arrivals.confirmNew(arrivals.handoverMs);
    assert.equal(arrivals.isBehind('a', 0), false);
    arrivals.release();
    assert.deepEqual(passedOn, ['ahead', 'level', 'alone']);
  });

  it('waits in a handover for nothing of the old connection that this one is not subscribed to', async () => {
    let filters: readonly string[] = [];
    arrivals = fakeArrivals(clock, receivers, {
      session: (clientId) => (clientId === 'a' ? { filters, unanswered: [] } : undefined),
    });
    const old = open('a');
    arrivals.beginHandover('a', 1_000);
    const fresh = open('b', false, true);
    receive(fresh, '1');
    assert.deepEqual(passedOn, ['1']);
    await clock.advance(2_500);
    arrivals.confirmNew(arrivals.handoverMs);
    filters = ['#'];
    receive(old, '1');
    receive(fresh, '1');
    assert.deepEqual(passedOn, ['1', '1'], 'an equal one that was published later is another one');
  });

  it('is passed on once also if the stream ends in the middle of a handover, whichever session goes on', () => {
    const redeliveries = new Map<string, RedeliveryFilter>();
    arrivals = fakeArrivals(clock, receivers, { redeliveries });
    const old = open('a');
    arrivals.beginHandover('a', 1_000);
    const fresh = open('b', false, true);
    receive(old, 'on the old one');
    arrivals.release();
    receive(fresh, 'on the new one');
    arrivals.stop();
    arrivals = fakeArrivals(clock, receivers, { redeliveries });
    receive(open('a', true), 'on the new one');
    receive(open('b', true), 'on the old one');
    assert.deepEqual(passedOn, ['on the old one', 'on the new one']);
  });

  it('is counted if it had been passed on before', () => {
    const first = open('a');
    for (const text of ['1', '2']) receive(first, text);
    assert.equal(arrivals.repeats, 0);
    const again = open('a', true);
    for (const text of ['1', '2', '3']) receive(again, text);
    assert.equal(arrivals.repeats, 2);
  });

  it('is passed on no more once the stream has ended', () => {
    const inbox = open('a');
    arrivals.stop();
    receive(inbox, '1');
    assert.deepEqual(passedOn, []);
  });
});
