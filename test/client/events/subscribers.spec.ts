import assert from 'node:assert/strict';
import type { HeldSubscription, PortSubscriber } from '../../../src/client/events/port-subscriber';
import { Subscribers } from '../../../src/client/events/subscribers';
import { EventLog } from '../../support/event-log';
import { FakeClock, settle } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

describe('the subscribers of a company', () => {
  let refusals: Map<string, string>;
  /** Every plan there was. */
  let plans: (readonly string[])[];
  let subscribers: Subscribers;

  beforeEach(() => {
    refusals = new Map();
    plans = [];
    subscribers = new Subscribers({
      ...{ clock: new FakeClock(), log: new LogLines(), refusals: () => refusals, readSnapshot: async () => [] },
      onPlan: () => plans.push(subscribers.plan),
    });
  });

  afterEach(() => subscribers.close());

  function add(ports: readonly string[], about: Partial<PortSubscriber> = {}): HeldSubscription & { events: EventLog } {
    const events = Object.assign(new EventLog(), about);
    const held = subscribers.add({ company: 'c', locations: ['l'], hubs: ['h'], ports }, events);
    return { events, end: () => held.end() };
  }

  it('have asked for what the flows want, also while a deploy is under way, and for nothing that onlookers want', () => {
    subscribers.add({ company: 'c' }, Object.assign(new EventLog(), { isOnlooker: true }));
    assert.deepEqual(subscribers.asked, []);
    const node = add(['p1', 'p2'], { name: 'a node' });
    const both = ['/ports/c/l/h/p1', '/ports/c/l/h/p2'];
    assert.deepEqual(subscribers.asked, both);
    node.end();
    assert.deepEqual(subscribers.asked, both);
  });

  it('are planned for once if they come in one turn', async () => {
    for (const port of ['p1', 'p2', 'p3']) add([port]);
    assert.deepEqual(plans, []);
    await settle();
    assert.deepEqual(plans, [['/ports/c/l/h/p1', '/ports/c/l/h/p2', '/ports/c/l/h/p3']]);
  });

  it('have a plan at once for whoever can’t wait, and no second time', async () => {
    add(['p1']);
    assert.deepEqual(subscribers.planNow(), ['/ports/c/l/h/p1']);
    await settle();
    assert.equal(plans.length, 1);
  });

  it('want nothing when everybody has left', async () => {
    const only = add(['p1']);
    await settle();
    only.end();
    await settle();
    assert.deepEqual(subscribers.plan, []);
    assert.equal(plans.length, 2);
  });

  it('are planned for without what the broker refuses, which those hear of who asked for it', async () => {
    const [one, other] = [add(['p1']), add(['p2'])];
    await settle();
    refusals.set('/ports/c/l/h/p1', 'not yours');
    subscribers.replan();
    assert.deepEqual(subscribers.planNow(), ['/ports/c/l/h/p2']);
    assert.deepEqual(one.events.order, ['refusal the subscription /ports/c/l/h/p1 was refused: not yours']);
    assert.deepEqual(other.events.order, []);
  });
});
