import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import * as fc from 'fast-check';
import { type Simulator, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { catching, completing, inbox, ochnoNode, tab } from '../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../support/node-red';
import { accountAt, company, credentialsOf, portOf } from '../support/simulated-office';

const messages = 10_000;

/** Anything a flow may put into a message: JSON, what is not JSON, and now and then a good lamp command. */
const anything = fc.oneof(
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 10 },
  {
    arbitrary: fc.anything({
      maxDepth: 2,
      withBigInt: true,
      withDate: true,
      withNullPrototype: true,
      withTypedArray: true,
    }),
    weight: 10,
  },
  fc.constantFrom('toggle', 'on', '+10', '-5', 30, true, { level: 5 }, { level: 1, transition: 0.1 }, { temp: 3000 }),
);
const idLike = fc.oneof(
  anything,
  fc.constantFrom(
    '+',
    '#',
    'a/b',
    '../x',
    '..',
    '%2e%2e',
    'p1',
    company,
    '',
    ' ',
    'a,b',
    '\0',
    '__proto__',
    '?x=1',
    '#f',
  ),
);

describe('ten thousand messages of any kind', () => {
  let simulator: Simulator;

  hostFlows();
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.close());

  const load = (node: FlowNode): Promise<RunningFlow> =>
    loadFlow({
      flow: [...[tab, accountAt(simulator), node, inbox('out')], ...[...catching, ...completing('node')]],
      credentials: credentialsOf(simulator),
    });

  /** Each message has one outcome: completed, or an error of ours. */
  const runAll = async (flow: RunningFlow, given: readonly object[]): Promise<void> => {
    const outcomes = () => [...flow.received('completed'), ...flow.received('caught')];
    const state = (): string => `${outcomes().length} outcomes`;
    const { stackTraceLimit } = Error;
    // The test helper's spies keep an error for each of some 100,000 calls, whose stacks take as long as all the rest.
    Error.stackTraceLimit = 0;
    try {
      for (const [index, msg] of given.entries()) {
        flow.node('node').receive({ ...msg, number: index });
        if (index % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
      }
      await eventually(() => outcomes().length >= given.length, 'an outcome each', { timeoutMs: 100_000, state });
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    const numbers = outcomes().map(({ number }) => number);
    assert.equal(numbers.length, given.length);
    assert.equal(new Set(numbers).size, given.length);
    for (const { error } of flow.received('caught')) assert.match(String(Object(error).code), /^OCHNO_[A-Z]+$/);
    assert.ok(flow.received('out').length <= flow.received('completed').length);
    assert.equal(Object({}).polluted, undefined);
  };

  it('to action-out: one outcome each, and nothing is published but to the address', async () => {
    const address = portOf(simulator);
    const flow = await load(ochnoNode('node', 'ochno-action-out', address));
    const ochno = fc.oneof(anything, fc.record({ company: idLike, location: idLike, hub: idLike, port: idLike }));
    const message = fc.record({ payload: anything, ochno, topic: anything });
    await runAll(flow, fc.sample(message, { numRuns: messages, seed: 1 }));
    const topics = new Set(simulator.records.publishes.map(({ topic }) => topic));
    assert.deepEqual([...topics], [`/action/${Object.values(address).join('/')}`]);
  }).timeout(120_000);

  it('to rest: one outcome each, and no request leaves for anywhere but the server', async () => {
    let strays = 0;
    const elsewhere = createServer((_request, response) => {
      strays += 1;
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const bound = elsewhere.address();
    const other = `127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`;
    try {
      const flow = await load(ochnoNode('node', 'ochno-rest', { timeout: 60 }));
      const path = fc.oneof(
        idLike,
        fc.constantFrom(
          `http://${other}/`,
          `//${other}/`,
          `/\\${other}/`,
          `/%2f${other}`,
          `@${other}/`,
          `\r\nHost: ${other}`,
        ),
        fc.constantFrom(
          '/api/../auth/logout',
          '/api/%2e%2e/auth',
          '/api/{name}',
          '/api/ports/{name}',
          '/api/companies',
        ),
        fc.string().map((text) => `/api/${text}`),
      );
      const rest = fc.record(
        {
          resource: fc.oneof(idLike, fc.constantFrom('companies', 'ports', 'hubs', 'metrics', 'custom')),
          operation: fc.oneof(
            idLike,
            fc.constantFrom('list', 'get', 'create', 'replace', 'update', 'delete', 'request'),
          ),
          id: idLike,
          method: fc.oneof(idLike, fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'get')),
          path,
          query: fc.oneof(anything, fc.dictionary(fc.string(), anything)),
        },
        { requiredKeys: [] },
      );
      const params = fc.oneof(anything, fc.record({ name: idLike }));
      const message = fc.record({
        payload: anything,
        params,
        ochno: fc.oneof(anything, { arbitrary: fc.record({ rest }), weight: 9 }),
      });
      await runAll(flow, fc.sample(message, { numRuns: messages, seed: 2 }));
      assert.equal(strays, 0);
      for (const request of simulator.records.requests) {
        assert.match(request.path, /^\/(auth\/jwt$|api(\/|$)|[^/]|$)/);
        assert.doesNotMatch(decodeURIComponent(request.path), /(^|\/)\.\.?(\/|$)/);
      }
    } finally {
      await new Promise((resolve) => elsewhere.close(resolve));
    }
  }).timeout(120_000);
});
