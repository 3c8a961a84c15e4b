import assert from 'node:assert/strict';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { SubscriptionSet } from '../../../src/client/stream/subscription-set';
import { RefusedFilters } from '../../../src/protocol/connection/refused-filters';
import { settle } from '../../support/fake-clock';
import { FakeConnection } from '../../support/fake-link';

const closed = new StreamError('the broker closed the connection', { byBroker: true });

describe('what a connection is subscribed to', () => {
  let connection: FakeConnection;
  let refused: RefusedFilters;
  let told: (readonly string[])[];
  let unanswered: readonly string[];

  beforeEach(() => {
    connection = new FakeConnection();
    told = [];
    unanswered = [];
    refused = new RefusedFilters(
      () => 0,
      () => undefined,
    );
  });

  const holding = (filters: readonly string[], isDoubted = false, leftOpen: readonly string[] = []): SubscriptionSet =>
    new SubscriptionSet(connection, refused, {
      ...{ filters, isDoubted, unanswered: leftOpen },
      onChange: (held, open) => {
        told.push(held);
        unanswered = open;
      },
      onClosed: (filtersAsked) => refused.closedOn(filtersAsked),
    });

  it('goes from one plan to the next, what is new before what is no longer wanted', async () => {
    const set = holding(['a', 'b']);
    await set.apply(['b', 'c']);
    assert.deepEqual(connection.packets, ['+c', '-a']);
    assert.deepEqual([...set.held], ['b', 'c']);
  });

  it('asks for eight at a time', async () => {
    await holding([]).apply(Array.from({ length: 10 }, (_, n) => `f${n}`));
    assert.deepEqual(
      connection.packets.map((packet) => packet.split(',').length),
      [8, 2],
    );
  });

  it('lets go first where both together would be more than AWS IoT takes', async () => {
    const fifty = Array.from({ length: 50 }, (_, n) => `f${n}`);
    await holding(fifty).apply([...fifty.slice(1), 'new']);
    assert.deepEqual(connection.packets, ['-f0', '+new']);
  });

  it('asks once more for all that is wanted where a resumed session is in doubt', async () => {
    const set = holding(['a', 'b'], true);
    await set.apply(['a']);
    assert.deepEqual(connection.packets, ['+a', '-b']);
    await set.apply(['a']);
    assert.equal(connection.packets.length, 2, 'and then trusts it');
  });

  it('tells what is held in copies of its own', async () => {
    const set = holding([]);
    await set.apply(['a']);
    await set.apply(['a', 'b']);
    assert.deepEqual(told, [[], ['a'], ['a'], ['a', 'b']]);
  });

  it('tells what has no answer yet: should the connection end, nobody knows what became of it', async () => {
    const set = holding(['a', 'c']);
    await set.apply(['a']);
    assert.deepEqual([unanswered, set.isEmpty], [[], false]);
    connection.gate = new Promise(() => undefined);
    const work = set.apply(['b']);
    await settle();
    assert.deepEqual([told.at(-1), unanswered], [['a'], ['b']]);
    connection.lose(closed);
    await assert.rejects(work);
    assert.deepEqual([told.at(-1), unanswered], [['a'], ['b']]);
  });

  it('asks once more for what an earlier connection had no answer to, and does not take it for granted until then', async () => {
    const set = holding(['a'], false, ['b', 'c']);
    assert.deepEqual([...set.held], ['a', 'b', 'c']);
    await set.apply(['a', 'b']);
    assert.deepEqual(connection.packets, ['+b', '-c']);
    assert.deepEqual([told[0], told.at(-1), unanswered], [['a'], ['a', 'b'], []]);
  });

  it('is nothing for certain once the broker has confirmed it', async () => {
    const set = holding(['a']);
    let answer = (): void => undefined;
    connection.gate = new Promise((resolve) => {
      answer = resolve;
    });
    const work = set.apply([]);
    await settle();
    assert.deepEqual([set.isEmpty, unanswered], [false, ['a']]);
    answer();
    await work;
    assert.deepEqual([set.isEmpty, unanswered], [true, []]);
  });

  it('A5: holds what is granted of a packet and has the rest left out', async () => {
    connection.codeOf = (filter) => (filter === 'bad' ? 0x80 : 1);
    const set = holding([]);
    await set.apply(['bad', 'good']);
    assert.deepEqual([...set.held], ['good']);
    assert.deepEqual([...refused.refusals.keys()], ['bad']);
  });

  it('A5: keeps what it has until there is a plan without what was refused', async () => {
    const set = holding(['loc1', 'loc2']);
    connection.codeOf = (filter) => (filter === 'all' ? 0x80 : 1);
    await set.apply(['all']);
    assert.deepEqual([...set.held], ['loc1', 'loc2']);
    await set.apply(['loc1']);
    assert.deepEqual(connection.packets, ['+all', '-loc2']);
  });

  it('A5: finds the filter on which the broker closes connections by sending suspects alone', async () => {
    connection.gate = new Promise(() => undefined);
    const first = holding([]).apply(['bad', 'good']);
    await settle();
    connection.lose(closed);
    await assert.rejects(first, closed);
    connection = new FakeConnection();
    await holding([]).apply(['bad', 'good']);
    assert.deepEqual(connection.packets, ['+bad', '+good']);
  });

  it('takes what another connection holds as well, but for what would come twice by that, and no more than AWS IoT takes', async () => {
    const set = holding(Array.from({ length: 47 }, (_, n) => `/p/${n}`));
    await set.add(['/p/1', '/p/+', '/p/1/#', '/a', '/b', '/c', '/d']);
    assert.deepEqual(connection.packets, ['+/p/1/#,/a,/b']);
    assert.deepEqual([...set.held].slice(47), ['/p/1/#', '/a', '/b']);
    assert.deepEqual(told.at(-1), [...set.held]);
  });

  it('takes at once what doubles nothing of a plan that takes another connection, and blames what is refused of it', async () => {
    connection.codeOf = (filter) => (filter === '/bad' ? 0x80 : 1);
    const set = holding(['/p/1']);
    assert.equal(await set.apply(['/p/+', '/a', '/bad']), false);
    assert.deepEqual(connection.packets, ['+/a,/bad']);
    assert.deepEqual([...set.held], ['/p/1', '/a']);
    assert.deepEqual([...refused.refusals.keys()], ['/bad']);
  });

  it('judges by what is held when it comes to it, not when it was asked', async () => {
    const set = holding([]);
    const [first, second] = [set.apply(['/p/1']), set.apply(['/p/+'])];
    assert.deepEqual([await first, await second], [true, false]);
    assert.deepEqual(connection.packets, ['+/p/1']);
  });

  it('goes over to what could double an event if there is no other way', async () => {
    const set = holding(['/p/1']);
    assert.equal(await set.apply(['/p/+'], true), true);
    assert.deepEqual(connection.packets, ['+/p/+', '-/p/1']);
  });

  it('A5: blames nothing that another connection holds, whether the broker refuses it here or closes on it', async () => {
    connection.codeOf = (filter) => (filter === 'bad' ? 0x80 : 1);
    const set = holding(['a']);
    await set.add(['bad', 'good']);
    assert.deepEqual([...set.held], ['a', 'good']);
    connection.gate = new Promise(() => undefined);
    const work = set.add(['worse']);
    await settle();
    assert.ok(set.isAsking);
    connection.lose(closed);
    await work;
    assert.deepEqual([refused.refusals.size, refused.suspects('worse'), set.isAsking], [0, false, false]);
  });

  it('lets go of what it has taken as well if it is to be left in the midst of it', async () => {
    let answer = (): void => undefined;
    connection.gate = new Promise((resolve) => {
      answer = resolve;
    });
    const set = holding(['a']);
    const work = Promise.all([set.add(['b']), set.apply([])]);
    await settle();
    answer();
    await work;
    assert.deepEqual(connection.packets, ['+b', '-a,b']);
    assert.equal(set.held.size, 0);
  });

  it('blames nobody if the network ended the connection', async () => {
    connection.gate = new Promise(() => undefined);
    const set = holding([]);
    const work = set.apply(['a']);
    await settle();
    assert.ok(set.isAsking);
    connection.lose(new StreamError('reset'));
    await assert.rejects(work);
    assert.equal(refused.suspects('a'), false);
    assert.equal(set.isAsking, false);
  });
});
