import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { registerAdminRoutes } from '../../../nodes/runtime/dialogs/admin-routes';
import type { Runtime } from '../../../nodes/runtime/node-red';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator';
import { type FlowNode, loadFlow, type RunningFlow, unloadFlow } from '../../support/node-red';

const company = 'r2d2i5b43';
const tab: FlowNode = { id: 'tab', type: 'tab', label: 'Tab' };
const portIn: FlowNode = { id: 'in', type: 'ochno-port-in', z: 'tab', account: 'acc', wires: [[]] };

describe('the admin routes', () => {
  let simulator: Simulator;
  const variable = 'OCHNO_TEST_PASSWORD';

  before(() => helper.startServer());
  after(() => helper.stopServer());
  afterEach(async () => {
    delete process.env[variable];
    await unloadFlow();
    await simulator.close();
  });

  const start = async (flow: readonly FlowNode[] = [], options: SimulatorOptions = {}): Promise<RunningFlow> => {
    simulator = await startSimulator(options);
    const account: FlowNode = { id: 'acc', type: 'ochno-config', server: simulator.url, company };
    const credentials = { acc: { email: simulator.email, password: simulator.password } };
    return loadFlow({ flow: [tab, account, ...flow], credentials });
  };
  const typed = (fields: object = {}) => ({
    id: 'new',
    server: simulator.url,
    email: simulator.email,
    password: simulator.password,
    company: '',
    keepalive: '30',
    tls: '',
    ...fields,
  });
  const post = async (route: string, body: object) => {
    const answer = await helper.request().post(`/ochno/${route}`).send(body);
    assert.equal(answer.status, 200);
    assert.doesNotMatch(answer.text, new RegExp(`${simulator.password}|eyJ`));
    return answer.body;
  };
  const places = (body: object) => post('places', body);

  describe('test-connection', () => {
    it('tries an account that is not deployed, with what was typed, and logs out', async () => {
      await start();
      const { steps } = await post('test-connection', typed());
      assert.deepEqual(
        steps.map(({ step, state }: { step: string; state: string }) => [step, state]),
        [
          ['log-in', 'ok'],
          ['rest', 'ok'],
          ['credentials', 'ok'],
          ['stream', 'ok'],
        ],
      );
      assert.equal(simulator.records.openConnections, 0);
      assert.equal(simulator.records.logOuts, 1);
    });

    it('says which step failed and why', async () => {
      await start();
      const { steps } = await post('test-connection', typed({ password: 'no' }));
      assert.equal(steps.length, 4);
      assert.deepEqual([steps[0].state, steps[0].reason], ['failed', 'OCHNO_LOGIN']);
      assert.deepEqual([steps[1].state, steps[3].state], ['not tried', 'not tried']);
    });

    it('says what is missing or unusable without sending anything', async () => {
      await start();
      for (const [fields, message] of [
        [{ password: '' }, /password/],
        [{ email: '' }, /email/],
        [{ server: 'http://ochno.example' }, /https/],
        [{ keepalive: 'often' }, /keepalive/],
        [{ server: `\${${variable}}` }, /OCHNO_TEST_PASSWORD/],
        [{ tls: 'gone' }, /TLS/],
        [{ server: { an: 'object' } }, /server/],
      ] as const) {
        const { steps } = await post('test-connection', typed(fields));
        assert.equal(steps[0].state, 'failed');
        assert.match(steps[0].message, message);
        assert.equal(steps[1].state, 'not tried');
      }
      assert.equal(simulator.records.requests.length, 0);
      assert.equal((await post('test-connection', {})).steps[0].state, 'failed');
    });

    it('never tells what a variable holds', async () => {
      await start();
      process.env[variable] = 'hunter2';
      for (const field of ['server', 'keepalive', 'company', 'tls']) {
        const account = typed({ [field]: `\${${variable}}`, ...(field === 'company' ? { server: 'x' } : {}) });
        for (const answer of [await post('test-connection', account), await places({ account })]) {
          assert.doesNotMatch(JSON.stringify(answer), /hunter2/);
          assert.match(JSON.stringify(answer), /OCHNO_TEST_PASSWORD/);
        }
      }
    });

    it('fills in environment variables as a deploy does', async () => {
      await start();
      process.env[variable] = simulator.password;
      const { steps } = await post('test-connection', typed({ password: `\${${variable}}` }));
      assert.equal(steps[3].state, 'ok');
    });

    it('D7: takes a server written otherwise for the same one', async () => {
      await start();
      for (const server of [`${simulator.url}/`, ` ${simulator.url.toUpperCase()}`]) {
        const { steps } = await post('test-connection', typed({ id: 'acc', password: '__PWRD__', server }));
        assert.equal(steps[0].state, 'ok', server);
      }
    });

    it('D7: says what is wrong with the server before it asks for the password', async () => {
      await start();
      const { steps } = await post(
        'test-connection',
        typed({ id: 'acc', password: '__PWRD__', server: 'http://x.example' }),
      );
      assert.deepEqual(steps[0].problem, { field: 'server', key: 'server-http' });
    });

    it('D7: uses the stored password with the TLS configuration it was stored with only', async () => {
      await start();
      const { steps } = await post('test-connection', typed({ id: 'acc', password: '__PWRD__', tls: 'other' }));
      assert.deepEqual(steps[0].problem, { field: 'password', key: 'password-again' });
    });

    it('D7: tells a path, and a port that does not speak the scheme, from a wrong password', async () => {
      await start();
      const first = async (server: string) => (await post('test-connection', typed({ server }))).steps[0];
      assert.deepEqual((await first(`${simulator.url}/app`)).problem, {
        field: 'server',
        key: 'server-path',
        values: { path: '/app' },
      });
      const https = await first(simulator.url.replace('http:', 'https:'));
      assert.deepEqual([https.reason, https.problem], ['tls', { field: 'server', key: 'server-plain' }]);
    });

    it('D2: takes e-mail and company with white space around them', async () => {
      await start();
      const fields = { email: ` ${simulator.email} `, company: `${company} ` };
      const { steps } = await post('test-connection', typed(fields));
      assert.deepEqual(
        steps.map(({ state }: { state: string }) => state),
        ['ok', 'ok', 'ok', 'ok'],
      );
    });

    it('uses the stored password with the deployed server and email only', async () => {
      await start();
      const stored = await post('test-connection', typed({ id: 'acc', password: '__PWRD__' }));
      assert.equal(stored.steps[0].state, 'ok');
      const before = simulator.records.requests.length;
      const elsewhere = await startSimulator();
      try {
        for (const fields of [{ server: elsewhere.url }, { email: 'someone@else.example' }, { id: 'other' }]) {
          const { steps } = await post('test-connection', typed({ id: 'acc', password: '__PWRD__', ...fields }));
          assert.equal(steps[0].state, 'failed');
          assert.match(steps[0].message, /password/);
        }
        assert.equal(elsewhere.records.requests.length, 0);
        assert.equal(simulator.records.requests.length, before);
      } finally {
        await elsewhere.close();
      }
    });
  });

  describe('places', () => {
    it('lists companies of an account that is not deployed, and one company with all that is in it', async () => {
      await start();
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
      await start();
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

    it('uses the deployed account where it is the same', async () => {
      const flow = await start([portIn]);
      await flow.shows('in', 'connected');
      const answer = await places({ account: typed({ id: 'acc', password: '__PWRD__' }), company });
      assert.equal(answer.ports.length, 16);
      assert.equal(simulator.records.logIns, 1);
    });

    it('D1: logs in once with values that were refused, until one of them changes or the lists are asked for anew', async () => {
      await start();
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
      await start();
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
      await start();
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
      await start();
      simulator.fault('rest-error', '403;path=floorPlans');
      const answer = await places({ account: typed(), company });
      assert.deepEqual(answer.floorPlans, []);
      assert.equal(answer.ports.length, 16);
    });
  });
});

describe('what a dialog finds out by asking', () => {
  let simulator: Simulator;

  before(() => helper.startServer());
  after(() => helper.stopServer());
  afterEach(async () => {
    await unloadFlow();
    await simulator.close();
  });

  const start = async (): Promise<object> => {
    simulator = await startSimulator();
    await loadFlow({ flow: [tab], credentials: {} });
    const { url: server, email, password } = simulator;
    return { id: 'new', server, email, password, company: '', keepalive: '30', tls: '' };
  };
  const post = async (route: string, body: object) => {
    const answer = await helper.request().post(`/ochno/${route}`).send(body);
    assert.doesNotMatch(answer.text, new RegExp(`${simulator.password}|eyJ`));
    return answer.body;
  };

  it('is what the chosen ports say now, and of no others', async () => {
    const account = await start();
    const ask = (fields: object) => post('port-values', { account, company, location: 'loc1', hub: 'hub1', ...fields });
    const { ports } = await ask({ port: 'port1 ' });
    assert.equal(ports.length, 1);
    assert.equal(typeof ports[0].event.data.device.lamp.level, 'number');
    assert.equal((await ask({ port: '' })).ports.length, 4);
    assert.deepEqual((await ask({ port: 'gone' })).ports, []);
    assert.deepEqual((await ask({ port: 'a/b' })).problem, {
      field: 'port',
      key: 'id-character',
      values: { character: '/' },
    });
  });

  it('is the answer of a request that only reads, without what opens something else', async () => {
    const account = await start();
    const ask = (request: object) => post('try', { account, request });
    const list = await ask({ resource: 'hubs', query: { companyIds: [company] } });
    assert.deepEqual([list.state, list.statusCode, list.isCut], ['ok', 200, false]);
    assert.ok(Array.isArray(JSON.parse(list.text)));
    assert.equal(JSON.parse((await ask({ resource: 'hubs', id: 'hub1' })).text).id, 'hub1');
    const keys = await ask({ resource: 'custom', path: `/api/companies/${company}/iotAccess` });
    const { secretKey, sessionToken, accessKeyId, region } = JSON.parse(keys.text);
    assert.deepEqual([secretKey, sessionToken, accessKeyId, typeof region], ['…', '…', '…', 'string']);
    assert.equal((await ask({ resource: 'hubs', id: 'gone' })).statusCode, 404);
    assert.equal((await ask({ resource: 'custom', path: '//evil.example' })).problem.key, 'path-server');
    const writing = simulator.records.requests.filter(({ method, path }) => method !== 'GET' && path !== '/auth/jwt');
    assert.deepEqual(writing, []);
  });
});

describe('registering the admin routes', () => {
  const application = () => {
    const routes: string[] = [];
    const permissions: string[] = [];
    const RED: unknown = {
      httpAdmin: { post: (path: string) => routes.push(path) },
      auth: { needsPermission: (permission: string) => permissions.push(permission) },
    };
    return { RED: RED as Runtime, routes, permissions };
  };

  it('happens once for each admin application, even one that only knows post, and asks for the right to write', () => {
    const { RED, routes, permissions } = application();
    registerAdminRoutes(RED);
    registerAdminRoutes(RED);
    assert.deepEqual(routes, ['/ochno/test-connection', '/ochno/places', '/ochno/port-values', '/ochno/try']);
    assert.deepEqual([...new Set(permissions)], ['ochno-config.write']);
  });
});
