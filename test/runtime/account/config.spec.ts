import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { SharedAccount } from '../../../nodes/runtime/account/shared-account';
import type { Message } from '../../../nodes/runtime/node-red';
import type { Logger } from '../../../src/client/logger';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock, settle } from '../../support/fake-clock';
import { account, catching, inbox } from '../../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

const tab = (id: string): FlowNode => ({ id, type: 'tab', label: id });
const portIn = (id: string, z = 'tab'): FlowNode => ({ id, type: 'ochno-port-in', z, account: 'acc', wires: [[]] });

describe('ochno-config', () => {
  let fakes: FakeAccount[];
  let logger: Logger | undefined;

  hostFlows();
  beforeEach(() => {
    fakes = [];
  });

  const load = (...flow: FlowNode[]): Promise<RunningFlow> =>
    loadFlow({
      flow: [tab('tab'), account, ...flow],
      open: (given) => {
        logger = given;
        const fake = new FakeAccount('c1');
        fakes.push(fake);
        return fake;
      },
    });

  it('makes one client for all of its users, and none while it has no user', async () => {
    const flow = await load();
    assert.equal(fakes.length, 0);
    await flow.deploy([tab('tab'), account, portIn('a'), portIn('b'), portIn('c')]);
    assert.equal(fakes.length, 1);
    assert.equal(fakes[0]?.subscriptions.size, 3);
  });

  it('keeps its client while only its users are deployed', async () => {
    const flow = await load(portIn('a'));
    await flow.deploy([tab('tab'), account, { ...portIn('a'), port: 'p2' }], 'nodes');
    assert.equal(fakes.length, 1);
    assert.deepEqual(fakes[0]?.closed, []);
    assert.equal(fakes[0]?.used.length, 1);
  });

  it('closes its client with the sessions kept when it is deployed anew, and given up when it is removed', async () => {
    const flow = await load(portIn('a'));
    await flow.deploy([tab('tab'), { ...account, keepalive: 60 }, portIn('a')]);
    assert.deepEqual(fakes[0]?.closed, [true]);
    await flow.deploy([tab('tab')]);
    assert.deepEqual(fakes[1]?.closed, [false]);
  });

  it('hands an error to the Catch nodes of each tab once, and logs it if there are none', async () => {
    const flow = await load(portIn('a'), portIn('b'), ...catching);
    logger?.error('the log-in was refused');
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).message, 'the log-in was refused');
    assert.equal(Object(msg?.error).source.id, 'acc');
    await settle();
    assert.equal(flow.received('caught').length, 1);
    logger?.error('it stays closed', new OchnoError('OCHNO_LOGIN', 'refused'));
    const [, coded] = await flow.receives('caught', 2);
    const { code, message } = Object(coded?.error);
    assert.deepEqual([code, message], ['OCHNO_LOGIN', 'it stays closed']);
    await flow.deploy([tab('tab'), account, portIn('a')]);
    logger?.error('refused again');
    logger?.error('and again', new OchnoError('OCHNO_LOGIN', 'refused'));
    assert.deepEqual(flow.logged('error'), ['ochno-config: refused again', 'ochno-config: and again']);
  });

  it('logs what its client says at the level it says it', async () => {
    const flow = await load(portIn('a'));
    logger?.info('connected');
    logger?.warn('lost');
    assert.ok(flow.logged('info').includes('ochno-config: connected'));
    assert.ok(flow.logged('warn').includes('ochno-config: lost'));
  });

  it('names its users in a plain object, which is all Node-RED reads', async () => {
    const flow = await load(portIn('a'), portIn('b'));
    const node = flow.node('acc');
    assert.ok('users' in node);
    assert.equal(Object.getPrototypeOf(node.users), Object.prototype);
    assert.deepEqual(Object.keys(Object(node.users)), ['a']);
    await flow.deploy([tab('tab'), account, portIn('b')], 'nodes');
    const later = flow.node('acc');
    assert.deepEqual('users' in later && Object.keys(Object(later.users)), ['b']);
  });

  it('says once why it is not configured, and all its users show it', async () => {
    const flow = await loadFlow({
      flow: [tab('tab'), account, portIn('a'), portIn('b')],
      open: () => {
        throw new OchnoError('OCHNO_VALUE', 'server: it is not a URL');
      },
    });
    for (const id of ['a', 'b']) assert.equal(flow.codes(id).at(-1), 'not configured');
    assert.deepEqual(flow.logged('error'), ['ochno-config: Not configured: server: it is not a URL']);
  });

  describe('closes', () => {
    const shared = (fake: FakeAccount, clock: FakeClock) => {
      const node = helper.getNode('any');
      const made = new SharedAccount('acc', clock);
      made.attach({ node, open: () => fake });
      made.register({ node, accountIs: () => undefined, connectionChanged: () => undefined });
      return made;
    };
    const any = inbox('any');

    it('within three seconds even if its client does not', async () => {
      await load(any);
      const fake = new FakeAccount();
      fake.answerClose = () => new Promise(() => undefined);
      const clock = new FakeClock();
      let isClosed = false;
      const closing = shared(fake, clock)
        .detach(false)
        .then(() => {
          isClosed = true;
        });
      await settle();
      assert.equal(isClosed, false);
      await clock.advance(3000);
      await closing;
      assert.equal(clock.timers, 0);
    });

    it('well if its client fails to, and leaves no timer', async () => {
      await load(any);
      const fake = new FakeAccount();
      fake.answerClose = () => Promise.reject(new Error('half-open'));
      const clock = new FakeClock();
      await shared(fake, clock).detach(true);
      assert.equal(clock.timers, 0);
    });
  });
});

describe('the real account behind the nodes', () => {
  hostFlows();
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('OCHNO_TEST_')) delete process.env[name];
  });

  const users: FlowNode[] = [
    portIn('in'),
    { id: 'act', type: 'ochno-action-out', z: 'tab', account: 'acc', company: 'c1', wires: [[]] },
    { id: 'rest', type: 'ochno-rest', z: 'tab', account: 'acc', wires: [[]] },
    ...catching,
  ];
  const good = { acc: { email: 'a@b.example', password: 'secret' } };

  const unusable: readonly [string, object, object, RegExp][] = [
    ['no credentials, as after an import', {}, {}, /neither email nor password: .*exported/],
    ['no email', {}, { password: 'secret' }, /no email/],
    ['no password', {}, { email: 'a@b.example' }, /no password/],
    ['a server that is not a URL', { server: 'ochno' }, good.acc, /server.*ochno/],
    ['a server without https', { server: 'http://ochno.example' }, good.acc, /https/],
    ['a keep-alive out of range', { keepalive: 5 }, good.acc, /keepalive.*15/],
    ['a keep-alive that is not a number', { keepalive: 'often' }, good.acc, /keepalive.*often/],
    ['a company that can not be one', { company: 'a/b' }, good.acc, /company.*a\/b/],
    ['a TLS configuration that is gone', { tls: 'gone' }, good.acc, /TLS.*gone/],
    ['a server from a variable that is not set', { server: `\${OCHNO_TEST_A}` }, good.acc, /OCHNO_TEST_A/],
    ['a keep-alive from a variable that is not set', { keepalive: `\${OCHNO_TEST_A}` }, good.acc, /OCHNO_TEST_A/],
    ['a company from a variable that is not set', { company: `\${OCHNO_TEST_A}` }, good.acc, /OCHNO_TEST_A/],
    ['an email from a variable that is not set', {}, { ...good.acc, email: `\${OCHNO_TEST_A}` }, /OCHNO_TEST_A/],
    ['a password from a variable that is not set', {}, { ...good.acc, password: `\${OCHNO_TEST_A}` }, /OCHNO_TEST_A/],
  ];
  for (const [what, options, credentials, message] of unusable) {
    it(`with ${what} is not configured, says so once, and every input gets the reason`, async () => {
      const flow = await loadFlow({
        flow: [tab('tab'), { ...account, company: 'c1', ...options }, ...users],
        credentials: { acc: { ...credentials } },
      });
      for (const id of ['in', 'act', 'rest']) {
        assert.deepEqual(flow.codes(id), ['not configured']);
      }
      assert.equal(flow.logged('error').length, 1);
      assert.match(flow.logged('error').join('\n'), message);
      assert.doesNotMatch(flow.logged('error').join('\n'), /secret/);
      for (const id of ['act', 'rest']) flow.node(id).receive({ payload: 1 });
      for (const msg of await flow.receives('caught', 2)) assertValueError(msg, message);
    });
  }
});

function assertValueError(msg: Message, message: RegExp): void {
  assert.equal(Object(msg.error).code, 'OCHNO_VALUE');
  assert.match(Object(msg.error).message, message);
}
