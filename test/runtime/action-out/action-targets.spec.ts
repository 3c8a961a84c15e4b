import assert from 'node:assert/strict';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';
import { actionOutFlow, fixed } from './action-out-flow';

const row = (id: string, hubId: string, locationId: string, device: object, connected = true) => ({
  ...{ id, hubId, locationId },
  data: { connected, device },
});
const ports = [
  row('p1', 'h1', 'l1', { subtypes: ['hcllamp'] }),
  row('p2', 'h1', 'l1', { types: ['sensor'] }),
  row('p1', 'h2', 'l1', { lamp: { level: 5 } }),
  row('p3', 'h2', 'l1', { subtypes: ['hcllamp'] }, false),
  row('p1', 'h3', 'l2', { subtypes: ['hcllamp'] }),
  row('p4', 'h3', 'l2', { types: ['fan'], fan: { target1: 1 } }),
];

describe('ochno-action-out with an address', () => {
  let fake: FakeAccount;

  hostFlows();
  beforeEach(() => {
    fake = new FakeAccount('c1');
    fake.answerLists({ ports });
  });

  const load = (options: object = {}): Promise<RunningFlow> =>
    loadFlow({ flow: actionOutFlow(options), open: () => fake });

  it('takes what its options leave empty from the message, and the company at last from the account', async () => {
    const flow = await load({ hub: 'h1' });
    flow.node('act').receive({ payload: 1, ochno: { location: 'l2', hub: 'ignored', port: ['p1', 'p2', 'p1'] } });
    flow.node('act').receive({ payload: 1, ochno: { company: 'c2', location: 'l2', port: 'p3, p4' } });
    const messages = await flow.receives('out', 2);
    assert.deepEqual(
      fake.sent.map(({ targets }) => targets.map((t) => `${t.company}/${t.location}/${t.hub}/${t.port}`)),
      [
        ['c1/l2/h1/p1', 'c1/l2/h1/p2'],
        ['c2/l2/h1/p3', 'c2/l2/h1/p4'],
      ],
    );
    assert.deepEqual(Object(messages[0]?.ochno).port, ['p1', 'p2']);
    assert.deepEqual(Object(messages[0]?.ochno).topic, ['/action/c1/l2/h1/p1', '/action/c1/l2/h1/p2']);
    assert.deepEqual(Object(messages[0]?.ochno).sent, [1, 1]);
    assert.equal(Object(messages[0]?.ochno).hub, 'h1');
  });

  const unusable: readonly [string, object, object, RegExp][] = [
    ['no port', { location: 'l1', hub: 'h1' }, {}, /no port/],
    ['no location', {}, { hub: 'h', port: 'p' }, /no location/],
    ['a wildcard among ids', { location: 'l1', hub: 'h1' }, { port: 'p#' }, /p#/],
    ['any company', { ...fixed, company: '' }, { company: '+' }, /company.*\+/],
    ['an id with a slash', { location: 'l1', hub: 'h1' }, { port: ['ok', 'a/b'] }, /a\/b/],
    ['nothing between commas', { location: 'l1', hub: 'h1' }, { port: 'p1,,p2' }, /it is empty/],
    ['any port among others', { location: 'l1', hub: 'h1' }, { port: '+, p1' }, /"\+"/],
    ['an id that is an object', { location: 'l1', port: 'p1' }, { hub: {} }, /hub/],
  ];
  for (const [what, options, ochno, message] of unusable) {
    it(`refuses an address with ${what} and sends nothing`, async () => {
      const flow = await load(options);
      flow.node('act').receive({ payload: 1, ochno });
      const [msg] = await flow.receives('caught', 1);
      assert.equal(Object(msg?.error).code, 'OCHNO_VALUE');
      assert.match(Object(msg?.error).message, message);
      assert.equal(fake.sent.length, 0);
    });
  }

  const everyTarget = (): readonly string[][] =>
    fake.sent.map(({ targets }) => targets.map(({ location, hub, port }) => `${location}/${hub}/${port}`));

  const anywhere: readonly [string, object, object, unknown, string[]][] = [
    ['every lamp of a location', { location: 'l1', hub: '+', port: '+' }, {}, 0, ['l1/h1/p1', 'l1/h2/p1']],
    ['every lamp there is', { location: '+', hub: ' + ', port: '+' }, {}, 0, ['l1/h1/p1', 'l1/h2/p1', 'l2/h3/p1']],
    [
      'every lamp at some ports of any hub',
      { location: '+', hub: '+', port: 'p1, p2' },
      {},
      0,
      ['l1/h1/p1', 'l1/h2/p1', 'l2/h3/p1'],
    ],
    ['if the message says so', {}, { location: 'l1', hub: '+', port: ['+'] }, 0, ['l1/h1/p1', 'l1/h2/p1']],
    ['one lamp', { location: 'l2', hub: '+', port: '+' }, {}, 'off', ['l2/h3/p1']],
  ];
  for (const [what, options, ochno, payload, expected] of anywhere) {
    it(`takes + for any: ${what}`, async () => {
      const flow = await load(options);
      flow.node('act').receive({ payload, ochno });
      await flow.receives('out', 1);
      assert.deepEqual(everyTarget(), [expected]);
    });
  }

  it('takes + for any port that has what another device command sets', async () => {
    const flow = await load({ location: '+', hub: '+', port: '+', command: 'device' });
    flow.node('act').receive({ payload: { fan: { target1: 40 } } });
    flow.node('act').receive({ payload: { lamp: { level: 40 } } });
    await flow.receives('out', 2);
    assert.deepEqual(everyTarget(), [['l2/h3/p4'], ['l1/h1/p1', 'l1/h2/p1', 'l2/h3/p1']]);
  });

  it('says which ports + came to: one as its ids, several as arrays of what differs', async () => {
    const flow = await load({ hub: '+', port: '+' });
    flow.node('act').receive({ payload: 0, ochno: { location: 'l1' } });
    flow.node('act').receive({ payload: 0, ochno: { location: 'l2' } });
    const [several, one] = await flow.receives('out', 2);
    assert.deepEqual(several?.ochno, {
      company: 'c1',
      location: 'l1',
      hub: ['h1', 'h2'],
      port: ['p1', 'p1'],
      topic: ['/action/c1/l1/h1/p1', '/action/c1/l1/h2/p1'],
      sent: [0, 0],
    });
    assert.deepEqual(Object(one?.ochno).hub, 'h3');
    assert.deepEqual(Object(one?.ochno).sent, 0);
  });

  it('reads the lists for + once a minute, and keeps the order of messages meanwhile', async () => {
    const flow = await load({ location: 'l1' });
    flow.node('act').receive({ payload: 1, ochno: { hub: '+', port: '+' } });
    flow.node('act').receive({ payload: 2, ochno: { hub: 'h1', port: 'p1' } });
    flow.node('act').receive({ payload: 3, ochno: { hub: '+', port: '+' } });
    await flow.receives('out', 3);
    assert.deepEqual(
      fake.sent.map(({ value }) => value),
      [1, 2, 3],
    );
    assert.equal(fake.requests.filter(({ path }) => path === '/api/ports').length, 1);
  });

  it('refuses + if nothing there takes the command, and says where it looked', async () => {
    const flow = await load({ location: 'l2', hub: '+', port: 'p4' });
    flow.node('act').receive({ payload: 0 });
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_VALUE');
    assert.match(Object(msg?.error).message, /no port with a lamp plugged in at location "l2", hub "\+", port "p4"/);
    assert.equal(fake.sent.length, 0);
  });

  it('fails as reading the lists for + fails', async () => {
    fake.answerRequest = async () => {
      throw new OchnoError('OCHNO_NETWORK', 'no network');
    };
    const flow = await load({ location: '+', hub: '+', port: '+' });
    flow.node('act').receive({ payload: 0 });
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_NETWORK');
  });

  it('waits no longer for the lists than its timeout', async () => {
    fake.answerRequest = () => new Promise(() => undefined);
    const flow = await load({ location: '+', hub: '+', port: '+', timeout: 0.05 });
    flow.node('act').receive({ payload: 0 });
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_TIMEOUT');
    assert.match(Object(msg?.error).message, /was not sent: .*list of ports did not come in time\. It will/);
    assert.equal(fake.sent.length, 0);
    fake.setStatus({ state: 'disconnected', reason: 'refused' }, 'c1');
    flow.node('act').receive({ payload: 0 });
    const [, other] = await flow.receives('caught', 2);
    assert.match(
      Object(other?.error).message,
      /did not come in time, and there is no connection \(refused\)\. It will/,
    );
  });
});
