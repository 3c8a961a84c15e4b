import assert from 'node:assert/strict';
import { filterCovers } from '../../../src/protocol/topics/filter-overlap';
import { apartFrom, beyond } from '../../../src/protocol/topics/plan-change';
import { filterMatches, packFilters } from '../../../src/protocol/topics/subscription-plan';

describe('packets of filters', () => {
  it('hold at most eight', () => {
    const filters = Array.from({ length: 20 }, (_, n) => String(n));
    const packets = packFilters(filters);
    assert.deepEqual(
      packets.map((packet) => packet.length),
      [8, 8, 4],
    );
    assert.deepEqual(packets.flat(), filters);
    assert.deepEqual(packFilters([]), []);
    assert.deepEqual(packFilters(['a', 'b', 'c'], 2), [['a', 'b'], ['c']]);
  });
});

describe('a topic filter', () => {
  const cases: [filter: string, topic: string, matches: boolean][] = [
    ['/a/b', '/a/b', true],
    ['/a/b', '/a/c', false],
    ['/a/b', '/a/b/c', false],
    ['/a/b', '/a', false],
    ['/a/+', '/a/b', true],
    ['/a/+', '/a/', true],
    ['/a/+', '/a', false],
    ['/+/b', '/a/b', true],
    ['+/b', '/b', true],
    ['/a/#', '/a/b', true],
    ['/a/#', '/a/b/c', true],
    ['/a/#', '/a', false],
    ['/a/#', '/b/c', false],
    ['/+/#', '/a/b', true],
    ['#', '/a/b', true],
    ['#', 'a', true],
  ];
  for (const [filter, topic, matches] of cases) {
    it(`${filter} ${matches ? 'matches' : 'does not match'} ${topic}`, () => {
      assert.equal(filterMatches(filter, topic), matches);
    });
  }
});

describe('a topic filter that covers another one', () => {
  const cases: [wide: string, narrow: string, covers: boolean][] = [
    ['/a/b', '/a/b', true],
    ['/a/#', '/a/b', true],
    ['/a/#', '/a/b/c', true],
    ['/a/#', '/a/b/#', true],
    ['/a/#', '/a/#', true],
    ['/a/#', '/a/+', true],
    ['/a/#', '/a', false],
    ['/a/#', '/+/b', false],
    ['/a/+', '/a/b', true],
    ['/a/+', '/a/#', false],
    ['/a/+', '/a/b/c', false],
    ['/a/+', '/a', false],
    ['/a/b', '/a/+', false],
    ['/a/b/#', '/a/#', false],
    ['/+/b/#', '/a/b/c', true],
    ['/a/b', '/a/b/c', false],
  ];
  for (const [wide, narrow, covers] of cases) {
    it(`${wide} ${covers ? 'covers' : 'does not cover'} ${narrow}`, () => {
      assert.equal(filterCovers(wide, narrow), covers);
    });
  }

  it('leaves nothing of it beyond what is held, and nothing that can be held apart', () => {
    const filters = ['/a/#', '/a/b', '/a/c', '/d'];
    assert.deepEqual(beyond(filters, ['/a/b', '/d']), ['/a/#', '/a/c']);
    assert.deepEqual(apartFrom(['/a/b', '/e'], filters), ['/a/c', '/d']);
  });
});
