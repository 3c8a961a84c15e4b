import assert from 'node:assert/strict';
import { ShortCache } from '../../../nodes/runtime/dialogs/answer-places';
import { type Simulator, startSimulator } from '../../simulator';
import { FakeClock } from '../../support/fake-clock';
import { ochnoNode, tab } from '../../support/flow-nodes';
import { hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { accountAt, company, credentialsOf } from '../../support/simulated-office';
import { callRoute, typedAccount } from './dialog-calls';

describe('the places route', () => {
  let simulator: Simulator;
  let flow: RunningFlow;

  hostFlows();
  beforeEach(async () => {
    simulator = await startSimulator();
    flow = await loadFlow({ flow: [tab, accountAt(simulator)], credentials: credentialsOf(simulator) });
  });
  afterEach(() => simulator.close());

  const typed = (fields: object = {}) => typedAccount(simulator, fields);
  const post = (route: string, body: object) => callRoute(simulator, route, body);
  const places = (body: object) => post('places', body);

  it('lists companies of an account that is not deployed, and one company with all that is in it', async () => {
    const bare = await places({ account: typed() });
    assert.equal(bare.state, 'ok');
    assert.deepEqual(bare.companies.map(({ id }: { id: string }) => id).sort(), ['a11iNc3p0', company].sort());
    assert.deepEqual([bare.locations, bare.ports], [[], []]);
    const full = await places({ account: typed(), company });
    assert.equal(full.locations.length, 2);
    assert.equal(full.hubs.length, 4);
    assert.equal(full.ports.length, 16);
    for (const location of full.locations) assert.equal(location.company, company);
    const hub = full.hubs.find(({ id }: { id: string }) => id === full.ports[0].hub);
    assert.equal(hub.location, full.ports[0].location);
    assert.equal(hub.floorPlan, full.ports[0].floorPlan);
    assert.ok(full.floorPlans.some(({ id }: { id: string }) => id === hub.floorPlan));
    assert.ok(full.ports.some(({ lamp }: { lamp?: { level?: number } }) => typeof lamp?.level === 'number'));
    assert.ok(full.ports.some(({ device }: { device: string }) => device !== ''));
    assert.equal(typeof full.fetchedAt, 'number');
  });

  it('asks the platform once in thirty seconds unless it is to refresh', async () => {
    const count = () => simulator.records.requests.filter(({ path }) => path.startsWith('/api/')).length;
    const first = await places({ account: typed(), company });
    const asked = count();
    const second = await places({ account: typed(), company });
    assert.equal(second.fetchedAt, first.fetchedAt);
    assert.deepEqual([first.isRemembered, second.isRemembered], [false, true]);
    assert.equal(count(), asked);
    await places({ account: typed(), company, refresh: true });
    assert.ok(count() > asked);
    const other = await places({ account: typed({ password: 'no' }), company });
    assert.equal(other.state, 'failed');
  });

  it('uses the deployed account if it is the same', async () => {
    await flow.deploy([tab, accountAt(simulator), ochnoNode('in', 'ochno-port-in', { wires: [[]] })]);
    await flow.shows('in', 'connected');
    const answer = await places({ account: typed({ id: 'acc', password: '__PWRD__' }), company });
    assert.equal(answer.ports.length, 16);
    assert.equal(simulator.records.logIns, 1);
  });

  it('D1: logs in once with values that were refused, until one of them changes or the lists are asked for anew', async () => {
    const logIns = () => simulator.records.requests.filter(({ path }) => path === '/auth/jwt').length;
    const account = typed({ password: 'mistyped' });
    const asked = [undefined, company, 'a', 'ab', 'abc'].map((one) => places({ account, company: one }));
    for (const answer of await Promise.all(asked)) {
      assert.deepEqual([answer.state, answer.code], ['failed', 'OCHNO_LOGIN']);
    }
    assert.equal((await places({ account, company })).code, 'OCHNO_LOGIN');
    assert.equal(logIns(), 1);
    assert.equal((await places({ account, company, refresh: true })).code, 'OCHNO_LOGIN');
    assert.equal(logIns(), 2);
    assert.equal((await places({ account: typed({ password: 'mistyped too' }), company })).code, 'OCHNO_LOGIN');
    assert.equal(logIns(), 3);
    assert.equal((await places({ account: typed(), company })).state, 'ok');
  });

  it('D1: takes values that differ in how they were typed for one, in each of the dialogs', async () => {
    const logIns = () => simulator.records.requests.filter(({ path }) => path === '/auth/jwt').length;
    const wrong = { password: 'mistyped again' };
    for (const fields of [
      {},
      { server: ` ${simulator.url}/ ` },
      { email: ` ${simulator.email}\n` },
      { keepalive: '40' },
    ]) {
      assert.equal((await places({ account: typed({ ...wrong, ...fields }), company })).code, 'OCHNO_LOGIN');
    }
    const tried = await post('try', { account: typed(wrong), request: { resource: 'hubs' } });
    assert.deepEqual([tried.code, logIns()], ['OCHNO_LOGIN', 1]);
  });

  it('tells not configured from failed, and failed with its reason', async () => {
    const missing = await places({ account: typed({ password: '' }) });
    assert.equal(missing.state, 'not configured');
    assert.match(missing.message, /password/);
    assert.deepEqual(missing.problem, { field: 'password', key: 'missing' });
    assert.equal((await places({})).state, 'not configured');
    assert.equal((await places({ account: typed(), company: 'a/b' })).state, 'not configured');
    const refused = await places({ account: typed({ password: 'no' }) });
    assert.deepEqual([refused.state, refused.code], ['failed', 'OCHNO_LOGIN']);
    const account = typed();
    await simulator.close();
    const gone = await places({ account });
    assert.deepEqual([gone.state, gone.code, gone.reason], ['failed', 'OCHNO_NETWORK', 'refused']);
  });

  it('does without floor plans the account may not read', async () => {
    simulator.fault('rest-error', '403;path=floorPlans');
    const answer = await places({ account: typed(), company });
    assert.deepEqual(answer.floorPlans, []);
    assert.equal(answer.ports.length, 16);
  });
});

describe('a short cache', () => {
  it('remembers for its time, asks once for all who wait, and forgets failures', async () => {
    let asked = 0;
    const clock = new FakeClock();
    const cache = new ShortCache<number>(30_000, clock);
    const find = async (): Promise<number> => {
      asked += 1;
      if (asked === 3) throw new Error('failed');
      return asked;
    };
    assert.deepEqual(await Promise.all([cache.get('a', false, find), cache.get('a', false, find)]), [1, 1]);
    assert.equal(await cache.get('a', true, find), 2);
    await clock.advance(30_000);
    await assert.rejects(cache.get('a', false, find), /failed/);
    assert.equal(await cache.get('a', false, find), 4);
  });
});
