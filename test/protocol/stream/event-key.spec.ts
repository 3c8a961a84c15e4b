import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eventKey } from '../../../src/protocol/stream/event-key';

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 510, max: 515 }).map((length) => Buffer.alloc(length, 'x')),
);
const topic = fc.constantFrom('/ports/c/l/h/p', '/ports/c/l/h/p1', '/ports/å/l/h/p');

describe('the key of an event', () => {
  it('is the same if and only if topic and bytes are', () => {
    fc.assert(
      fc.property(topic, payload, topic, payload, (oneTopic, one, otherTopic, other) => {
        const areSame = oneTopic === otherTopic && one.equals(other);
        assert.equal(eventKey(oneTopic, one) === eventKey(otherTopic, other), areSame);
        assert.equal(eventKey(oneTopic, one), eventKey(oneTopic, Buffer.from(one)));
      }),
      { numRuns: 1000 },
    );
  });

  it('tells bytes apart that are not text', () => {
    assert.notEqual(eventKey('/ports/c/l/h/p', Buffer.from([0xff])), eventKey('/ports/c/l/h/p', Buffer.from([0xfe])));
  });

  it('stays short for the longest payload, and tells apart what differs in the last byte', () => {
    const one = Buffer.alloc(131_072, 'x');
    const other = Buffer.from(one);
    other[131_071] = 0;
    assert.notEqual(eventKey('/ports/c/l/h/p', one), eventKey('/ports/c/l/h/p', other));
    assert.ok(eventKey('/ports/c/l/h/p', one).length < 600);
  });

  it('of a long payload is none that a short one could be made to have', () => {
    const long = eventKey('/ports/c/l/h/p', Buffer.alloc(1000));
    assert.ok(!long.startsWith('/ports/'));
  });
});
