import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually';
import { account, ochnoNode, tab } from '../../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

const portIn = (options: object = {}): FlowNode => ochnoNode('in', 'ochno-port-in', options);

describe('ochno-port-in selects', () => {
  let fake: FakeAccount;

  hostFlows();
  beforeEach(() => {
    fake = new FakeAccount('c1');
  });

  const load = (options: object = {}): Promise<RunningFlow> =>
    loadFlow({ flow: [tab, account, portIn(options)], open: () => fake });
  const anyPort = { locations: undefined, hubs: undefined, ports: undefined };
  const selectors = () => [...fake.subscriptions].map(({ selector }) => selector);

  it("the account's company and any port if all is empty", async () => {
    await load();
    assert.deepEqual(selectors(), [{ ...anyPort, company: 'c1' }]);
  });

  it('ids and lists of ids on every level, one subscription for each company', async () => {
    await load({ company: 'a, b', location: 'l1', hub: '+', port: 'p1,p2' });
    assert.deepEqual(selectors(), [
      { ...anyPort, company: 'a', locations: ['l1'], ports: ['p1', 'p2'] },
      { ...anyPort, company: 'b', locations: ['l1'], ports: ['p1', 'p2'] },
    ]);
  });

  it('every company the account lists if the company is +', async () => {
    const flow = await load({ company: '+' });
    await eventually(() => fake.subscriptions.size === 2, 'two subscriptions');
    assert.deepEqual(selectors(), [
      { ...anyPort, company: 'r2d2i5b43' },
      { ...anyPort, company: 'a11iNc3p0' },
    ]);
    fake.setStatus({ state: 'connected' }, 'r2d2i5b43');
    fake.setStatus({ state: 'connecting' }, 'a11iNc3p0');
    await flow.shows('in', 'connecting');
    fake.setStatus({ state: 'connected' }, 'a11iNc3p0');
    await flow.shows('in', 'connected');
  });

  it('nothing if no company is known, and is then not configured', async () => {
    fake = new FakeAccount();
    const flow = await load();
    assert.deepEqual(flow.codes('in'), ['not configured']);
    assert.equal(fake.subscriptions.size, 0);
    assert.match(flow.logged('error').join('\n'), /No company/);
  });

  it('nothing if an id can not be one, and names it', async () => {
    const flow = await load({ hub: 'h/1' });
    assert.equal(flow.codes('in').at(-1), 'not configured');
    assert.equal(fake.subscriptions.size, 0);
    assert.match(flow.logged('error').join('\n'), /hub.*h\/1/);
  });
});
