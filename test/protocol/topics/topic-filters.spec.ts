import assert from 'node:assert/strict';
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
