import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type PortAddress,
  type PortSelector,
  parsePortTopic,
  portTopic,
  selects,
} from '../../../src/protocol/topics/address';
import { type TopicEntry, TopicTree } from '../../../src/protocol/topics/topic-tree';

const topic = '/ports/c/l1/h1/p1';
const listenersOf = <L>(tree: TopicTree<L>, of: string): readonly L[] | undefined => tree.match(of)?.listeners;

const id = (letter: string): fc.Arbitrary<string> => fc.integer({ min: 1, max: 4 }).map((n) => `${letter}${n}`);
const list = (letter: string): fc.Arbitrary<string[] | undefined> =>
  fc.option(fc.array(id(letter), { maxLength: 4 }), { nil: undefined });
const anySelector: fc.Arbitrary<PortSelector> = fc.record(
  { company: fc.constantFrom('c', 'd'), locations: list('l'), hubs: list('h'), ports: list('p') },
  { requiredKeys: ['company'], noNullPrototype: true },
);
const anyAddress: fc.Arbitrary<PortAddress> = fc.record(
  { company: fc.constantFrom('c', 'd'), location: id('l'), hub: id('h'), port: id('p') },
  { noNullPrototype: true },
);

describe('a topic tree', () => {
  it('finds the address of a topic and who wants it', () => {
    const tree = new TopicTree<string>();
    tree.add({ company: 'c', locations: ['l1'], hubs: ['h1'], ports: ['p1'] }, 'exact');
    tree.add({ company: 'c' }, 'all');
    tree.add({ company: 'c', ports: ['p1', 'p2'] }, 'some');
    tree.add({ company: 'd' }, 'other company');
    assert.deepEqual(tree.match(topic), {
      address: { company: 'c', location: 'l1', hub: 'h1', port: 'p1' },
      listeners: ['exact', 'all', 'some'],
    });
  });

  it('knows a topic that nobody wants from one that is not a port’s', () => {
    const tree = new TopicTree<string>();
    assert.deepEqual(listenersOf(tree, topic), []);
    assert.equal(tree.match('/ports/c/l1/h1'), undefined);
    assert.equal(tree.match('/ports/c/l1/h1'), undefined);
    assert.equal(tree.match('/ports/c/+/h1/p1'), undefined);
  });

  it('names a listener once, however often it was added, until the last of them is taken back', () => {
    const tree = new TopicTree<string>();
    const first = tree.add({ company: 'c' }, 'a');
    tree.add({ company: 'c', ports: ['p1', 'p1'] }, 'b');
    const second = tree.add({ company: 'c', hubs: ['h1'] }, 'a');
    const third = tree.add({ company: 'c' }, 'a');
    assert.deepEqual(listenersOf(tree, topic), ['a', 'b']);
    tree.remove(third);
    assert.deepEqual(listenersOf(tree, topic), ['a', 'b']);
    tree.remove(first);
    assert.deepEqual(listenersOf(tree, topic), ['b', 'a']);
    tree.remove(second);
    assert.deepEqual(listenersOf(tree, topic), ['b']);
  });

  it('takes back the same addition once only', () => {
    const tree = new TopicTree<string>();
    const entry = tree.add({ company: 'c' }, 'a');
    tree.remove(entry);
    tree.add({ company: 'c' }, 'a');
    tree.remove(entry);
    assert.deepEqual(listenersOf(tree, topic), ['a']);
  });

  it('answers with the same object for a topic until listeners change', () => {
    const tree = new TopicTree<string>();
    tree.add({ company: 'c' }, 'a');
    const match = tree.match(topic);
    assert.equal(tree.match(Buffer.from(topic).toString()), match);
    const entry = tree.add({ company: 'd' }, 'b');
    const later = tree.match(topic);
    assert.notEqual(later, match);
    tree.remove(entry);
    assert.notEqual(tree.match(topic), later);
  });

  it('does not change a list it gave away', () => {
    const tree = new TopicTree<string>();
    tree.add({ company: 'c' }, 'a');
    const listeners = listenersOf(tree, topic);
    tree.add({ company: 'c' }, 'b');
    assert.deepEqual(listenersOf(tree, topic), ['a', 'b']);
    assert.deepEqual(listeners, ['a']);
  });

  it('shares one list among the topics that the same listeners want', () => {
    const tree = new TopicTree<number>();
    for (let n = 0; n < 1000; n += 1) tree.add({ company: 'c' }, n);
    assert.equal(listenersOf(tree, '/ports/c/l1/h1/p1'), listenersOf(tree, '/ports/c/l2/h2/p2'));
  });

  it('goes on to be right when more topics come by than it remembers', () => {
    const tree = new TopicTree<string>();
    tree.add({ company: 'c', ports: ['p7'] }, 'seven');
    tree.add({ company: 'c', hubs: ['h70000'] }, 'last');
    const kept = tree.match('/ports/c/l/h1/p7');
    for (let n = 0; n <= 70_000; n += 1) {
      if (n % 10_000 === 0) assert.equal(tree.match('/ports/c/l/h1/p7'), kept, `forgotten at ${n}`);
      const expected = [...(n % 10 === 7 ? ['seven'] : []), ...(n === 70_000 ? ['last'] : [])];
      assert.deepEqual(listenersOf(tree, `/ports/c/l/h${n}/p${n % 10}`), expected);
    }
    assert.deepEqual(listenersOf(tree, '/ports/c/l/h17/p7'), ['seven']);
  });

  it('takes lists whose product is beyond counting', () => {
    const ids = (letter: string): string[] => Array.from({ length: 5000 }, (_, n) => `${letter}${n}`);
    const tree = new TopicTree<string>();
    const many = tree.add({ company: 'c', locations: ids('l'), hubs: ids('h'), ports: ids('p') }, 'many');
    tree.add({ company: 'c', locations: ['l1'], hubs: ids('h').slice(0, 65) }, 'hubs');
    assert.deepEqual(listenersOf(tree, '/ports/c/l4999/h0/p17'), ['many']);
    assert.deepEqual(listenersOf(tree, '/ports/c/l1/h64/x'), ['hubs']);
    assert.deepEqual(listenersOf(tree, '/ports/c/l1/h64/p1'), ['many', 'hubs']);
    assert.deepEqual(listenersOf(tree, '/ports/c/l1/h65/x'), []);
    assert.deepEqual(listenersOf(tree, '/ports/c/l5000/h0/p17'), []);
    tree.remove(many);
    assert.deepEqual(listenersOf(tree, '/ports/c/l4999/h0/p17'), []);
  });

  it('takes ids for nothing but text', () => {
    const tree = new TopicTree<string>();
    tree.add({ company: '__proto__', locations: ['constructor'], hubs: ['$'], ports: ['toString'] }, 'odd');
    assert.deepEqual(listenersOf(tree, '/ports/__proto__/constructor/$/toString'), ['odd']);
    assert.deepEqual(listenersOf(tree, '/ports/constructor/constructor/$/toString'), []);
  });

  it('finds whom a look at every selector finds, in the order they came, whatever comes and goes', () => {
    const step = fc.record({
      selector: anySelector,
      listener: fc.integer({ min: 0, max: 5 }),
      remove: fc.option(fc.nat()),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30, size: 'max' }),
        fc.array(anyAddress, { minLength: 1, maxLength: 8 }),
        (steps, addresses) => {
          const tree = new TopicTree<number>();
          let added: TopicEntry<number>[] = [];
          for (const { selector, listener, remove } of steps) {
            added.push(tree.add(selector, listener));
            if (remove !== null) {
              const gone = added[remove % added.length];
              if (gone) tree.remove(gone);
              added = added.filter((entry) => entry !== gone);
            }
            for (const address of addresses) {
              const wanted = added.filter((entry) => selects(entry.selector, address)).map((entry) => entry.listener);
              const match = tree.match(portTopic(address));
              assert.deepEqual(match?.listeners, [...new Set(wanted)]);
              assert.deepEqual(match?.address, parsePortTopic(portTopic(address)));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
