import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eventKey } from '../../../src/protocol/stream/event-key';
import { RedeliveryFilter } from '../../../src/protocol/stream/redelivery';

const topic = '/ports/c/l/h/p';
const bytes = (text: string): Buffer => Buffer.from(text);

/** Hears a message as a stream does, and tells whether it is passed on. */
function hear(filter: RedeliveryFilter, text: string, on = topic): boolean {
  const isNew = filter.accept(on, bytes(text));
  filter.received(on, bytes(text));
  return isNew;
}

describe('what a broker sends again when it resumes a session', () => {
  it('is kept back, each message as often as it may be one sent again', () => {
    const filter = new RedeliveryFilter();
    for (const text of ['a', 'b', 'b']) assert.ok(hear(filter, text));
    filter.resume(0);
    const heard = ['b', 'a', 'c', 'b', 'b', 'a'].map((text) => hear(filter, text));
    assert.deepEqual(heard, [false, false, true, false, true, true]);
  });

  it('is nothing that was never received, nor on another topic', () => {
    const filter = new RedeliveryFilter();
    hear(filter, 'a');
    filter.resume(0);
    assert.ok(hear(filter, 'b'));
    assert.ok(hear(filter, 'a', '/ports/c/l/h/p2'));
    assert.ok(!hear(filter, 'a'));
  });

  it('is nothing before the session is resumed', () => {
    const filter = new RedeliveryFilter();
    assert.ok(hear(filter, 'a'));
    assert.ok(hear(filter, 'a'));
  });

  it('is nothing whose acknowledgement the broker has surely seen', () => {
    const filter = new RedeliveryFilter();
    hear(filter, 'confirmed');
    const mark = filter.mark(0);
    hear(filter, 'open');
    filter.confirmedUpTo(mark);
    filter.resume(0);
    assert.ok(hear(filter, 'confirmed'));
    assert.ok(!hear(filter, 'open'));
  });

  it('is not affected by a mark that was confirmed before', () => {
    const filter = new RedeliveryFilter();
    const early = filter.mark(0);
    hear(filter, 'a');
    const late = filter.mark(0);
    hear(filter, 'b');
    filter.confirmedUpTo(late);
    filter.confirmedUpTo(early);
    filter.resume(0);
    assert.ok(hear(filter, 'a'));
    assert.ok(!hear(filter, 'b'));
  });

  it('is expected until the connection has lasted for 30 seconds and what was sent on it by then has come', () => {
    const filter = new RedeliveryFilter();
    for (const text of ['a', 'b', 'c']) hear(filter, text);
    filter.resume(1000);
    filter.confirmedUpTo(filter.mark(31_000));
    assert.ok(!hear(filter, 'a'), 'asked too soon');
    const mark = filter.mark(31_001);
    assert.ok(!hear(filter, 'b'), 'not answered yet');
    filter.confirmedUpTo(mark);
    assert.ok(hear(filter, 'c'));
  });

  it('A1: is expected however long it takes until a connection lasts', () => {
    const filter = new RedeliveryFilter();
    for (const text of ['a', 'b', 'c']) hear(filter, text);
    for (const minutes of [1, 5, 90]) {
      filter.resume(minutes * 60_000);
      filter.confirmedUpTo(filter.mark(minutes * 60_000 + 20_000));
    }
    assert.deepEqual(
      ['a', 'b', 'c', 'a'].map((text) => hear(filter, text)),
      [false, false, false, true],
    );
  });

  it('may be sent again once more when the connection is cut a second time', () => {
    const filter = new RedeliveryFilter();
    hear(filter, 'a');
    hear(filter, 'b');
    filter.resume(0);
    assert.ok(!hear(filter, 'a'));
    filter.resume(20);
    assert.ok(!hear(filter, 'a'));
    assert.ok(!hear(filter, 'b'));
    assert.ok(hear(filter, 'a'));
    assert.ok(hear(filter, 'b'));
  });

  it('is recognised among the last 1000 messages', () => {
    const filter = new RedeliveryFilter();
    for (let n = 0; n < 1500; n += 1) hear(filter, `m${n}`);
    filter.resume(0);
    assert.ok(hear(filter, 'm499'));
    for (let n = 500; n < 1500; n += 1) assert.ok(!hear(filter, `m${n}`), `m${n}`);
  });

  it('may be confirmed across the end of what is remembered', () => {
    const filter = new RedeliveryFilter();
    for (let n = 0; n < 1200; n += 1) hear(filter, `m${n}`);
    const mark = filter.mark(0);
    for (let n = 1200; n < 1300; n += 1) hear(filter, `m${n}`);
    filter.confirmedUpTo(mark);
    filter.resume(0);
    assert.ok(hear(filter, 'm1199'));
    assert.ok(!hear(filter, 'm1200'));
  });

  it('is kept back exactly, whatever was received and acknowledged before the cut', () => {
    const message = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), fc.nat(30), fc.array(message), (before, known, published) => {
        const filter = new RedeliveryFilter();
        const acknowledged = Math.min(known, before.length);
        for (const text of before.slice(0, acknowledged)) hear(filter, text);
        const mark = filter.mark(0);
        for (const text of before.slice(acknowledged)) hear(filter, text);
        filter.confirmedUpTo(mark);
        filter.resume(0);
        // All that is unacknowledged comes again, and then what was published meanwhile.
        const again = before.slice(acknowledged).map((text) => hear(filter, text));
        assert.ok(again.every((isNew) => !isNew));
        assert.ok(published.every((text) => hear(filter, text)));
      }),
    );
  });

  it('keeps back what another connection has brought and the session has kept too, however long that takes', () => {
    const filter = new RedeliveryFilter();
    const payload = Buffer.from('"x"');
    for (const count of [1, 1]) filter.owes(new Map([[eventKey('t', payload), count]]));
    filter.resume(100_000);
    filter.confirmedUpTo(filter.mark(190_000));
    assert.deepEqual(
      [1, 2, 3].map(() => filter.accept('t', payload)),
      [false, false, true],
    );
  });

  it('does so until all that was kept has come: an equal event is another one then', () => {
    const filter = new RedeliveryFilter();
    const payload = Buffer.from('"x"');
    filter.owes(new Map([[eventKey('t', payload), 1]]));
    filter.resume(0);
    filter.caughtUp();
    assert.equal(filter.accept('t', payload), true);
  });
});
