import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextLink } from '../../../src/protocol/rest/link-header';

describe('the next page in a Link header', () => {
  const cases: [header: string | undefined, target: string | undefined][] = [
    ['</api/ports?page=2>; rel="next"', '/api/ports?page=2'],
    ['</a>; rel=next', '/a'],
    ['</a>;rel=next;title="x"', '/a'],
    ['</a>; REL="Next"', '/a'],
    ["</a>;rel='next'", '/a'],
    ['</a> ; rel = "next"', '/a'],
    ['</a>; rel="prev next"', '/a'],
    ['</a>; rel="prev", </b>; rel="next"', '/b'],
    ['</a>; rel="prev",</b>;rel="next", </c>; rel="last"', '/b'],
    [', ,</b>; rel="next",', '/b'],
    ['</a?ids=1,2;3>; rel="next"', '/a?ids=1,2;3'],
    ['</a>; title="one, <two>; rel=\\"next\\""; rel="prev", </b>; rel="next"', '/b'],
    ['</a>; title="quote \\" and ; semicolon"; rel="next"', '/a'],
    ['</a>; rel="next"; rel="prev"', '/a'],
    ['</a>; rel="prev"; rel="next"', undefined],
    ["</a>; title*=UTF-8''n%c3%a4chste; rel=next", '/a'],
    ['<>; rel="next"', ''],
    ['</a>; rel="next"; anchor="/elsewhere"', undefined],
    ['</a>; rel="nextish"', undefined],
    ['</a>; crossorigin; rel="next"', '/a'],
    ['</a>', undefined],
    ['', undefined],
    [undefined, undefined],
    ['nonsense', undefined],
    ['</a; rel="next"', undefined],
    ['/a; rel="next"', undefined],
    ['</a>; rel="prev" garbage, </b>; rel="next"', undefined],
  ];
  for (const [header, target] of cases) {
    it(`of ${JSON.stringify(header) ?? 'no header'} is ${target ?? 'none'}`, () => {
      assert.equal(nextLink(header), target);
    });
  }

  it('is looked for in any text without a throw and without taking long', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('<', '>', ';', ',', '"', '\\', 'rel', '=', 'next', ' ')), (parts) => {
        nextLink(parts.join(''));
      }),
    );
    assert.equal(nextLink(`</a>${'; a'.repeat(20_000)}"`), undefined);
    assert.equal(nextLink(`</a>;${' '.repeat(50_000)}`), undefined);
  });
});
