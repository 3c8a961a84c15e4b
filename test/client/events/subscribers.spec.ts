import assert from 'node:assert/strict';
import { Subscribers } from '../../../src/client/events/subscribers';
import { EventLog } from '../../support/event-log';
import { FakeClock } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

describe('the subscribers of a company', () => {
  it('have asked for what the flows want, also while a deploy is under way, and for nothing that onlookers want', () => {
    const subscribers = new Subscribers({
      ...{ clock: new FakeClock(), log: new LogLines(), refusals: () => new Map(), onPlan: () => undefined },
      readSnapshot: async () => [],
    });
    subscribers.add({ company: 'c' }, Object.assign(new EventLog(), { isOnlooker: true }));
    assert.deepEqual(subscribers.asked, []);
    const selector = { company: 'c', locations: ['l'], hubs: ['h'], ports: ['p1', 'p2'] };
    const node = subscribers.add(selector, Object.assign(new EventLog(), { name: 'a node' }));
    const both = ['/ports/c/l/h/p1', '/ports/c/l/h/p2'];
    assert.deepEqual(subscribers.asked, both);
    node.end();
    assert.deepEqual(subscribers.asked, both);
    subscribers.close();
  });
});
