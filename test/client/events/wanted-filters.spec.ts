import assert from 'node:assert/strict';
import { WantedFilters } from '../../../src/client/events/wanted-filters';
import type { PortSelector } from '../../../src/protocol/topics/address';
import type { SubscriptionPlan } from '../../../src/protocol/topics/subscription-plan';
import { settle } from '../../support/fake-clock';

describe('the wanted filters', () => {
  let selectors: PortSelector[];
  let refused: Set<string>;
  let plans: SubscriptionPlan[];
  let wanted: WantedFilters;

  beforeEach(() => {
    selectors = [];
    refused = new Set();
    plans = [];
    wanted = new WantedFilters({
      selectors: () => selectors,
      refused: () => refused,
      onPlan: (plan) => plans.push(plan),
    });
  });

  function add(port: string): void {
    selectors.push({ company: 'c', locations: ['l'], hubs: ['h'], ports: [port] });
    wanted.changed();
  }

  it('are planned once for all subscribers that come in one turn', async () => {
    for (const port of ['p1', 'p2', 'p3']) add(port);
    assert.deepEqual(plans, []);
    await settle();
    assert.deepEqual(
      plans.map(({ filters }) => filters),
      [['/ports/c/l/h/p1', '/ports/c/l/h/p2', '/ports/c/l/h/p3']],
    );
  });

  it('are there at once for whoever can’t wait, and not planned a second time', async () => {
    add('p1');
    assert.deepEqual(wanted.planNow(), ['/ports/c/l/h/p1']);
    await settle();
    assert.equal(plans.length, 1);
  });

  it('are none when everybody has left', async () => {
    add('p1');
    await settle();
    selectors = [];
    wanted.changed();
    await settle();
    assert.deepEqual(wanted.plan, []);
    assert.equal(plans.length, 2);
  });

  it('are planned without what the broker refuses', async () => {
    for (const port of ['p1', 'p2']) add(port);
    await settle();
    refused.add('/ports/c/l/h/p1');
    wanted.changed();
    assert.deepEqual(wanted.planNow(), ['/ports/c/l/h/p2']);
    assert.deepEqual(plans.at(-1)?.refused, ['/ports/c/l/h/p1']);
  });
});
