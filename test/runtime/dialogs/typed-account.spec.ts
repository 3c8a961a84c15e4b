import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../simulator';
import { tab } from '../../support/flow-nodes';
import { hostFlows, loadFlow } from '../../support/node-red';
import { accountAt, company, credentialsOf } from '../../support/simulated-office';
import { callRoute, typedAccount } from './dialog-calls';

const variable = 'OCHNO_TEST_PASSWORD';

describe('the connection-test route', () => {
  let simulator: Simulator;

  hostFlows();
  beforeEach(async () => {
    simulator = await startSimulator();
    await loadFlow({ flow: [tab, accountAt(simulator)], credentials: credentialsOf(simulator) });
  });
  afterEach(async () => {
    delete process.env[variable];
    await simulator.close();
  });

  const typed = (fields: object = {}) => typedAccount(simulator, fields);
  const post = (route: string, body: object) => callRoute(simulator, route, body);
  const testConnection = (account: object) => post('test-connection', account);

  it('tries an account that is not deployed, with what was typed, and logs out', async () => {
    const { steps } = await testConnection(typed());
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
    const { steps } = await testConnection(typed({ password: 'no' }));
    assert.equal(steps.length, 4);
    assert.deepEqual([steps[0].state, steps[0].reason], ['failed', 'OCHNO_LOGIN']);
    assert.deepEqual([steps[1].state, steps[3].state], ['not tried', 'not tried']);
  });

  it('says what is missing or unusable without sending anything', async () => {
    for (const [fields, message] of [
      [{ password: '' }, /password/],
      [{ email: '' }, /email/],
      [{ server: 'http://ochno.example' }, /https/],
      [{ keepalive: 'often' }, /keepalive/],
      [{ server: `\${${variable}}` }, /OCHNO_TEST_PASSWORD/],
      [{ tls: 'gone' }, /TLS/],
      [{ server: { an: 'object' } }, /server/],
    ] as const) {
      const { steps } = await testConnection(typed(fields));
      assert.equal(steps[0].state, 'failed');
      assert.match(steps[0].message, message);
      assert.equal(steps[1].state, 'not tried');
    }
    assert.equal(simulator.records.requests.length, 0);
    assert.equal((await testConnection({})).steps[0].state, 'failed');
  });

  it('never tells what a variable holds', async () => {
    process.env[variable] = 'hunter2';
    for (const field of ['server', 'keepalive', 'company', 'tls']) {
      const account = typed({ [field]: `\${${variable}}`, ...(field === 'company' ? { server: 'x' } : {}) });
      for (const answer of [await testConnection(account), await post('places', { account })]) {
        assert.doesNotMatch(JSON.stringify(answer), /hunter2/);
        assert.match(JSON.stringify(answer), /OCHNO_TEST_PASSWORD/);
      }
    }
  });

  it('fills in environment variables as a deploy does', async () => {
    process.env[variable] = simulator.password;
    for (const password of [`\${${variable}}`, `$(${variable})`]) {
      const { steps } = await testConnection(typed({ password }));
      assert.equal(steps[3].state, 'ok', password);
    }
  });

  it('D7: takes a server written otherwise for the same one', async () => {
    for (const server of [`${simulator.url}/`, ` ${simulator.url.toUpperCase()}`]) {
      const { steps } = await testConnection(typed({ id: 'acc', password: '__PWRD__', server }));
      assert.equal(steps[0].state, 'ok', server);
    }
  });

  it('D7: says what is wrong with the server before it asks for the password', async () => {
    const { steps } = await testConnection(typed({ id: 'acc', password: '__PWRD__', server: 'http://x.example' }));
    assert.deepEqual(steps[0].problem, { field: 'server', key: 'server-http' });
  });

  it('D7: uses the stored password with the TLS configuration it was stored with only', async () => {
    const { steps } = await testConnection(typed({ id: 'acc', password: '__PWRD__', tls: 'other' }));
    assert.deepEqual(steps[0].problem, { field: 'password', key: 'password-again' });
  });

  it('D7: tells a path, and a port that does not speak the scheme, from a wrong password', async () => {
    const first = async (server: string) => (await testConnection(typed({ server }))).steps[0];
    assert.deepEqual((await first(`${simulator.url}/app`)).problem, {
      field: 'server',
      key: 'server-path',
      values: { path: '/app' },
    });
    const https = await first(simulator.url.replace('http:', 'https:'));
    assert.deepEqual([https.reason, https.problem], ['tls', { field: 'server', key: 'server-plain' }]);
  });

  it('D2: takes e-mail and company with white space around them', async () => {
    const fields = { email: ` ${simulator.email} `, company: `${company} ` };
    const { steps } = await testConnection(typed(fields));
    assert.deepEqual(
      steps.map(({ state }: { state: string }) => state),
      ['ok', 'ok', 'ok', 'ok'],
    );
  });

  it('uses the stored password with the deployed server and email only', async () => {
    const stored = await testConnection(typed({ id: 'acc', password: '__PWRD__' }));
    assert.equal(stored.steps[0].state, 'ok');
    const before = simulator.records.requests.length;
    const elsewhere = await startSimulator();
    try {
      for (const fields of [{ server: elsewhere.url }, { email: 'someone@else.example' }, { id: 'other' }]) {
        const { steps } = await testConnection(typed({ id: 'acc', password: '__PWRD__', ...fields }));
        assert.equal(steps[0].state, 'failed');
        assert.match(steps[0].message, /^Type the password again: the stored one is used/);
        assert.equal(steps[0].problem.key, 'password-again');
      }
      assert.equal(elsewhere.records.requests.length, 0);
      assert.equal(simulator.records.requests.length, before);
    } finally {
      await elsewhere.close();
    }
  });
});
