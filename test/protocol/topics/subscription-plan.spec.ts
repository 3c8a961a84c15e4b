import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type PortSelector, portTopic, selects } from '../../../src/protocol/topics/address';
import { filterMatches, planPermitted, planSubscriptions } from '../../../src/protocol/topics/subscription-plan';
import { ochnoError } from '../../support/ochno-errors';

/** `l1/h1,h2/+` and the like, of company c. */
function selector(text: string): PortSelector {
  const [locations, hubs, ports] = text.split('/').map((level) => (level === '+' ? undefined : level.split(',')));
  return { company: 'c', locations, hubs, ports };
}

const plan = (texts: readonly string[], most?: number): readonly string[] =>
  planSubscriptions(texts.map(selector), most).map((filter) => filter.replace('/ports/c/', ''));

const count = (length: number, make: (n: number) => string): string[] => Array.from({ length }, (_, n) => make(n));

const letters = ['l', 'h', 'p'] as const;
const ids = (letter: string): string[] => count(3, (n) => `${letter}${n}`);
const list = (letter: string): fc.Arbitrary<string[] | undefined> =>
  fc.option(fc.subarray(ids(letter), { minLength: 0 }), { nil: undefined, freq: 2 });
const anySelector: fc.Arbitrary<PortSelector> = fc
  .tuple(...letters.map(list))
  .map(([locations, hubs, ports]) => ({ company: 'c', locations, hubs, ports }));
const somePorts = fc.array(
  fc.record(
    {
      company: fc.constant('c'),
      locations: fc.integer({ min: 0, max: 4 }).map((n) => [`l${n}`]),
      hubs: fc.integer({ min: 0, max: 6 }).map((n) => [`h${n}`]),
      ports: fc.integer({ min: 0, max: 4 }).map((n) => [`p${n}`]),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 120, size: 'max' },
);
const everyAddress = count(5, (n) => `l${n}`).flatMap((location) =>
  count(7, (n) => `h${n}`).flatMap((hub) =>
    count(5, (n) => `p${n}`).map((port) => ({ company: 'c', location, hub, port })),
  ),
);
const selectorsOf = (filters: readonly string[]): PortSelector[] =>
  filters.map((filter) => {
    const levels = filter.replace('/ports/c/', '').replace('#', '').split('/');
    return selector([0, 1, 2].map((level) => levels[level] || '+').join('/'));
  });

describe('the plan of subscriptions', () => {
  const exact: [texts: string[], filters: string[]][] = [
    [[], []],
    [['l1/h1/p1'], ['l1/h1/p1']],
    [['l1/h1/+'], ['l1/h1/#']],
    [['l1/+/+'], ['l1/#']],
    [['+/+/+'], ['#']],
    [['+/h1/p1'], ['+/h1/p1']],
    [['l1/+/p1'], ['l1/+/p1']],
    [['+/+/p1'], ['+/+/p1']],
    [['+/h1/+'], ['+/h1/#']],
    [['l1,l2/h1/p1,p2'], ['l1/h1/p1', 'l1/h1/p2', 'l2/h1/p1', 'l2/h1/p2']],
    [['l1/h1/p1', 'l1/h1/p1'], ['l1/h1/p1']],
    [['l1/h1/p1', 'l1/h1/+'], ['l1/h1/#']],
    [
      ['l1/h1/+', 'l1/+/+', 'l2/h1/p1'],
      ['l1/#', 'l2/h1/p1'],
    ],
    [
      ['l1/h1/p1', '+/h1/p1', 'l1/h1/p2'],
      ['+/h1/p1', 'l1/h1/p2'],
    ],
    [['l1/+/p1', '+/h1/p1'], ['+/+/p1']],
    [
      ['l1/+/p1', '+/h1/p2'],
      ['+/h1/p2', 'l1/+/p1'],
    ],
    [['l1/+/p1', '+/h1/+'], ['#']],
    [['l1/h1/+', '+/+/p1', 'l2/h2/p2'], ['#']],
    [
      ['l1/+/p1', '+/h1/p1', '+/+/p2', 'l3/h3/p3'],
      ['+/+/p1', '+/+/p2', 'l3/h3/p3'],
    ],
  ];
  for (const [texts, filters] of exact) {
    it(`of ${texts.join(' and ') || 'nothing'} is ${filters.join(' and ') || 'nothing'}`, () => {
      assert.deepEqual(plan(texts), filters);
    });
  }

  it('leaves out a selector that selects nothing', () => {
    assert.deepEqual(planSubscriptions([{ company: 'c', hubs: [] }, selector('l1/h1/p1')]), ['/ports/c/l1/h1/p1']);
  });

  it('is exact up to forty filters', () => {
    const ports = count(40, (n) => `l1/h${n}/p1`);
    assert.deepEqual(plan(ports), [...ports].sort());
  });

  it('widens the hub with the most ports first, and no more hubs than needed', () => {
    const ports = [...count(38, (n) => `l1/h${n}/p1`), 'l2/a/p1', 'l2/a/p2', 'l2/b/p1', 'l2/b/p2', 'l2/b/p3'];
    assert.equal(ports.length, 43);
    assert.deepEqual(plan(ports, 41), [...count(38, (n) => `l1/h${n}/p1`), 'l2/a/p1', 'l2/a/p2', 'l2/b/#'].sort());
    assert.ok(plan(ports, 40).includes('l2/a/#'));
  });

  it('widens locations only if all hubs as a whole are too many, and leaves the other locations exact', () => {
    const ports = [...count(60, (n) => `l1/h${n}/p1`), 'l2/h1/p1', 'l2/h1/p2', 'l2/h2/p1'];
    assert.deepEqual(plan(ports), ['l1/#', 'l2/h1/p1', 'l2/h1/p2', 'l2/h2/p1']);
  });

  it('takes the whole company where even its locations are too many', () => {
    assert.deepEqual(plan(count(41, (n) => `l${n}/h1/p1`)), ['#']);
    assert.deepEqual(plan(count(40, (n) => `l${n}/h1/p1`)).length, 40);
    assert.deepEqual(plan(count(41, (n) => `+/+/p${n}`)), ['#']);
  });

  it('of five thousand ports fits, and covers each once', () => {
    const selectors = count(5000, (n) => `l${n % 10}/h${n % 500}/p${n}`).map(selector);
    const filters = planSubscriptions(selectors);
    assert.deepEqual(
      filters,
      count(10, (n) => `/ports/c/l${n}/#`),
    );
  });

  it('takes lists whose product is beyond counting', () => {
    const many = count(5000, (n) => `x${n}`);
    assert.deepEqual(planSubscriptions([{ company: 'c', locations: many, hubs: many, ports: many }]), ['/ports/c/#']);
    const ports = { company: 'c', locations: ['l1'], hubs: ['h1', 'h2'], ports: many };
    assert.deepEqual(planSubscriptions([ports]), ['/ports/c/l1/h1/#', '/ports/c/l1/h2/#']);
    const hubs = { company: 'c', locations: ['l1', 'l2'], hubs: many, ports: many };
    assert.deepEqual(planSubscriptions([hubs]), ['/ports/c/l1/#', '/ports/c/l2/#']);
  });

  it('does without a filter that no topic of 256 bytes can match', () => {
    const long = selector(`l1/h1/${'å'.repeat(130)}`);
    assert.deepEqual(planSubscriptions([long, selector('l1/h1/p1')]), ['/ports/c/l1/h1/p1']);
  });

  it('is not made for several companies at once', () => {
    assert.throws(() => planSubscriptions([{ company: 'c' }, { company: 'd' }]), ochnoError('OCHNO_VALUE', /compan/));
  });

  it('covers what is selected once, keeps its bound, and matches no topic twice', () => {
    const most = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.oneof(fc.array(anySelector, { maxLength: 12 }), somePorts), most, (selectors, maxFilters) => {
        const filters = planSubscriptions(selectors, maxFilters);
        assert.ok(filters.length <= maxFilters);
        for (const address of everyAddress) {
          const matches = filters.filter((filter) => filterMatches(filter, portTopic(address))).length;
          assert.ok(matches <= 1, `${portTopic(address)} matches ${matches} filters`);
          if (selectors.some((wanted) => selects(wanted, address))) assert.equal(matches, 1, portTopic(address));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('covers nothing else where exact ports fit', () => {
    fc.assert(
      fc.property(somePorts, (selectors) => {
        const filters = planSubscriptions(selectors, 1000);
        for (const address of everyAddress) {
          const isCovered = filters.some((filter) => filterMatches(filter, portTopic(address)));
          assert.equal(
            isCovered,
            selectors.some((wanted) => selects(wanted, address)),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it('depends on the set of selectors only, and planned again is the same', () => {
    const most = fc.integer({ min: 1, max: 40 });
    const shuffled = fc
      .oneof(fc.array(anySelector, { maxLength: 12 }), somePorts)
      .chain((selectors) =>
        fc.tuple(fc.constant(selectors), fc.shuffledSubarray(selectors, { minLength: selectors.length })),
      );
    fc.assert(
      fc.property(shuffled, most, ([selectors, others], maxFilters) => {
        const filters = planSubscriptions(selectors, maxFilters);
        assert.deepEqual(planSubscriptions([...others, ...selectors], maxFilters), filters);
        assert.deepEqual(planSubscriptions(selectorsOf(filters), maxFilters), filters);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the plan if the broker refuses filters', () => {
  const full = (texts: readonly string[]): string[] => texts.map((text) => `/ports/c/${text}`);
  const permitted = (texts: readonly string[], refused: readonly string[]) =>
    planPermitted(texts.map(selector), new Set(full(refused)));

  it('A5: holds what another selector asks for within a refused one, and names the refused one', () => {
    const { filters, refused, unfit } = permitted(['+/+/+', 'l1/+/+', 'l2/h1/p1'], ['#']);
    assert.deepEqual(filters, full(['l1/#', 'l2/h1/p1']));
    assert.deepEqual([refused, unfit], [full(['#']), []]);
  });

  it('A5: leaves out of a list only what is refused of it', () => {
    const { filters, refused } = permitted(['l1,l2/h1/+'], ['l2/h1/#']);
    assert.deepEqual([filters, refused], [full(['l1/h1/#']), full(['l2/h1/#'])]);
  });

  it('A5: holds of two selectors whose common cover is refused the wider one, and names the other', () => {
    const { filters, overlapping, unfit } = permitted(['l1/+/+', '+/h1/p1'], ['#', '+/h1/#']);
    assert.deepEqual([filters, overlapping, unfit], [full(['l1/#']), full(['+/h1/p1']), []]);
  });

  it('A5: holds of two selectors as wide, whose common cover is refused, the one of a location', () => {
    const { filters, overlapping } = permitted(['+/h1/+', 'l1/+/+'], ['#']);
    assert.deepEqual([filters, overlapping], [full(['l1/#']), full(['+/h1/#'])]);
  });

  it('A6: goes back to hubs where their location is refused, up to fifty, and names those beyond', () => {
    const hubs = (many: number): string[] => count(many, (n) => `l1/h${n + 10}/+`);
    assert.deepEqual(permitted(hubs(60), []).filters, full(['l1/#']));
    assert.equal(permitted(hubs(45), ['l1/#']).filters.length, 45);
    const { filters, refused, unfit } = permitted(hubs(60), ['l1/#']);
    assert.deepEqual([filters.length, unfit.length, refused], [50, 10, []]);
  });

  it('A6: tries no other location as a whole where one was refused, but hubs', () => {
    const ports = count(120, (n) => `l${n % 2}/h${n % 40}/p${n}`);
    const hubs = count(41, (n) => `l${n % 2}/h${n}/p1`);
    assert.ok(permitted([...ports, ...hubs], ['l0/#']).filters.every((filter) => filter.split('/').length >= 5));
    assert.equal(permitted([...ports, ...hubs], ['l0/#']).filters.length, 41);
  });

  it('A6: tries other hubs as a whole where one was refused and the ports do not fit, until three were refused', () => {
    const ports = count(120, (n) => `l1/h${n % 30}/p${n}`);
    const withOneRefused = permitted(ports, ['l1/h5/#', 'l1/h5/p5']);
    assert.deepEqual([withOneRefused.unfit, withOneRefused.refused], [[], full(['l1/h5/p5'])]);
    assert.ok(withOneRefused.filters.includes('/ports/c/l1/h5/p35'));
    const withThree = permitted(ports, ['l1/h5/#', 'l1/h6/#', 'l1/h7/#']);
    assert.deepEqual([withThree.filters.length, withThree.unfit.length], [50, 70]);
  });

  it('A6: asks for nothing that holds what is refused in it', () => {
    const hubs = count(120, (n) => `l${n % 2}/h${n}/+`);
    const { filters } = permitted(hubs, ['l0/h4/#', 'l1/#']);
    assert.ok(!filters.some((filter) => filter === '/ports/c/l0/#' || filter === '/ports/c/#'));
  });

  it('serves nobody by a refused filter, no topic twice, and leaves nothing out unnamed', () => {
    const refusals = fc.subarray(
      ['#', 'l0/#', 'l1/#', 'l0/h0/#', 'l1/h1/#', '+/h0/#', 'l2/h2/p2', '+/+/p1', 'l1/+/p0'],
      { minLength: 0 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.array(anySelector, { maxLength: 8 }), somePorts), refusals, (selectors, texts) => {
        const refused = new Set(full(texts));
        const found = planPermitted(selectors, refused);
        assert.ok(found.filters.length <= 50);
        assert.ok(found.filters.every((filter) => !refused.has(filter)));
        const left = [...found.refused, ...found.unfit, ...found.overlapping];
        for (const address of everyAddress) {
          const topic = portTopic(address);
          const matches = found.filters.filter((filter) => filterMatches(filter, topic)).length;
          assert.ok(matches <= 1, `${topic} matches ${matches} filters`);
          if (matches === 1 || !selectors.some((wanted) => selects(wanted, address))) continue;
          assert.ok(
            left.some((filter) => filterMatches(filter, topic)),
            `${topic} is left out unnamed`,
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
