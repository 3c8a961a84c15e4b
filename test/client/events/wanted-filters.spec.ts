import assert from 'node:assert/strict';
import { Subscription } from '../../../src/client/events/subscription';
import { WantedFilters } from '../../../src/client/events/wanted-filters';
import { settle } from '../../support/fake-clock';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const deaf = {
  initial: 'none' as const,
  onEvent: () => undefined,
  onUnreadable: () => undefined,
  onGap: () => undefined,
  onRefused: () => undefined,
};

function subscriptionTo(port: string): Subscription {
  return new Subscription({ company: 'c', locations: ['l'], hubs: ['h'], ports: [port] }, deaf, silent);
}

describe('the wanted filters', () => {
  let subscriptions: Set<Subscription>;
  let plans: (readonly string[])[];
  let wanted: WantedFilters;

  beforeEach(() => {
    subscriptions = new Set();
    plans = [];
    wanted = new WantedFilters(subscriptions, () => plans.push(wanted.plan));
  });

  function add(port: string): void {
    subscriptions.add(subscriptionTo(port));
    wanted.changed();
  }

  it('are planned once for all subscribers that come in one turn', async () => {
    for (const port of ['p1', 'p2', 'p3']) add(port);
    assert.deepEqual(plans, []);
    await settle();
    assert.deepEqual(plans, [['/ports/c/l/h/p1', '/ports/c/l/h/p2', '/ports/c/l/h/p3']]);
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
    subscriptions.clear();
    wanted.changed();
    await settle();
    assert.deepEqual(wanted.plan, []);
    assert.equal(plans.length, 2);
  });
});
