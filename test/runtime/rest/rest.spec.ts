import assert from 'node:assert/strict';
import type { ResourceCall } from '../../../src/client/rest/rest-request';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { account, catching, inbox, ochnoNode, tab } from '../../support/flow-nodes';
import { hostFlows, loadFlow, type RunningFlow, unloadFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

describe('ochno-rest', () => {
  let fake: FakeAccount;

  hostFlows();
  beforeEach(() => {
    fake = new FakeAccount();
  });

  const load = (options: object = {}): Promise<RunningFlow> =>
    loadFlow({
      flow: [tab, account, ochnoNode('rest', 'ochno-rest', options), inbox('out'), ...catching],
      open: () => fake,
    });

  const callFor = async (options: object, msg: Record<string, unknown> = {}): Promise<ResourceCall> => {
    const flow = await load(options);
    flow.node('rest').receive(msg);
    await flow.receives('out', 1);
    const [call] = fake.calls;
    assert.ok(call);
    assert.ok(call.signal);
    return { ...call, signal: undefined };
  };

  it('sends the same message on with payload, status code, headers and request', async () => {
    const flow = await load();
    flow.node('rest').receive({ topic: 'kept', ochno: { mine: 1 } });
    const [msg] = await flow.receives('out', 1);
    assert.deepEqual(msg?.payload, [{ id: 'r2d2i5b43' }]);
    assert.equal(msg?.statusCode, 200);
    const { 'x-node-red-request-node': _mark, ...headers } = Object(msg?.headers);
    assert.deepEqual(headers, { 'content-type': 'application/json' });
    assert.deepEqual(msg?.ochno, { mine: 1, request: { method: 'GET', path: '/api/companies' } });
    assert.equal(msg?.topic, 'kept');
  });

  it('makes the call of its options, with the defaults of the contract', async () => {
    assert.deepEqual(await callFor({}, { payload: 'not a body of a list' }), {
      resource: 'companies',
      operation: 'list',
      id: undefined,
      method: 'GET',
      path: undefined,
      params: undefined,
      query: undefined,
      body: undefined,
      all: false,
      shape: 'platform',
      timeoutMs: 15_000,
      signal: undefined,
    });
  });

  it('reads target, query and body from where the typed inputs point', async () => {
    const options = {
      resource: 'hubs',
      operation: 'replace',
      target: 'topic',
      targetType: 'msg',
      query: '{"a":[1,2]}',
      body: 'object',
      bodyType: 'msg',
      timeout: '3',
      all: true,
    };
    const call = await callFor(options, { topic: 'hub7', object: { name: 'x' }, payload: 1 });
    assert.equal(call.id, 'hub7');
    assert.deepEqual(call.query, { a: [1, 2] });
    assert.deepEqual(call.body, { name: 'x' });
    assert.equal(call.timeoutMs, 3000);
    assert.equal(call.all, true);
  });

  it("lets the message's resource, operation and method win, and its other fields fill what is empty", async () => {
    const given = { resource: 'custom', operation: 'request', method: 'DELETE', id: 'i', path: '/b', query: { q: 1 } };
    const call = await callFor(
      { resource: 'ports', operation: 'get', target: 'mine', path: '/a/{x}', method: 'POST' },
      { ochno: { rest: given }, params: { x: 5 } },
    );
    assert.equal(call.resource, 'custom');
    assert.equal(call.operation, 'request');
    assert.equal(call.method, 'DELETE');
    assert.equal(call.id, 'mine');
    assert.equal(call.path, '/a/{x}');
    assert.deepEqual(call.query, { q: 1 });
    assert.deepEqual(call.params, { x: 5 });
  });

  it('C9: takes the shape of a chart', async () => {
    assert.equal((await callFor({ resource: 'metrics', target: 'power', shape: 'chart' })).shape, 'chart');
  });

  it('C5: takes the status code and headers of an earlier answer away if it fails without an answer', async () => {
    fake.answerCall = async () => {
      throw new OchnoError('OCHNO_NETWORK', 'nobody there');
    };
    const flow = await load();
    flow.node('rest').receive({ statusCode: 200, headers: { etag: '"1"' }, payload: 'kept' });
    const [msg] = await flow.receives('caught', 1);
    assert.deepEqual(['statusCode' in Object(msg), 'headers' in Object(msg), msg?.payload], [false, false, 'kept']);
  });

  it('needs no operation for a custom call', async () => {
    const call = await callFor({ resource: 'custom', operation: 'list', path: '/x', method: 'POST' }, { payload: 5 });
    assert.equal(call.operation, 'request');
    assert.equal(call.body, 5);
  });

  it('puts the status code of an HTTP error on the message and its details in the cause', async () => {
    fake.answerCall = async () => {
      const details = { statusCode: 404, response: { error: 'gone' } };
      throw new OchnoError('OCHNO_HTTP', 'GET /api/ports/x answered 404', { ...details, cause: details });
    };
    const flow = await load();
    flow.node('rest').receive({ payload: 'kept' });
    const [msg] = await flow.receives('caught', 1);
    assert.equal(msg?.statusCode, 404);
    assert.equal(msg?.payload, 'kept');
    assert.equal(Object(msg?.error).code, 'OCHNO_HTTP');
    assert.deepEqual(Object(msg?.error).cause, { statusCode: 404, response: { error: 'gone' } });
    await flow.shows('rest', 'http');
    assert.equal(flow.received('out').length, 0);
  });

  it('survives an error that is none, and a target that can not be read', async () => {
    fake.answerCall = () => Promise.reject('text');
    const flow = await load();
    flow.node('rest').receive({});
    assert.match(Object((await flow.receives('caught', 1))[0]?.error).message, /text/);
    await unloadFlow();
    const other = await load({ target: '$$$(', targetType: 'jsonata' });
    other.node('rest').receive({});
    const { code, message } = Object((await other.receives('caught', 1))[0]?.error);
    assert.equal(code, 'OCHNO_VALUE');
    assert.match(message, /"target" \(jsonata\) can't be read from .*: Expected/);
  });

  it('shows nothing while the account is unused, sending while it works, then the account', async () => {
    const flow = await load();
    assert.deepEqual(flow.statuses('rest'), []);
    fake.answerCall = async () => {
      fake.setStatus({ state: 'connected' });
      return { statusCode: 204, headers: {}, body: '', method: 'GET', path: '/' };
    };
    flow.node('rest').receive({});
    await flow.shows('rest', 'connected');
    assert.deepEqual(flow.codes('rest'), ['sending', 'connected']);
  });

  it('uses the account without a company, so that no stream is opened for it', async () => {
    await load();
    assert.deepEqual(fake.used, [undefined]);
    assert.equal(fake.subscriptions.size, 0);
  });
});
