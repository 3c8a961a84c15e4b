import assert from 'node:assert/strict';
import { testConnection } from '../../src';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';

describe('the connection test', () => {
  let simulator: Simulator;

  afterEach(() => simulator.close());

  async function run(options: SimulatorOptions = {}, longestMs?: number): ReturnType<typeof testConnection> {
    simulator = await startSimulator(options);
    const { url: server, email, password } = simulator;
    return testConnection({ server, email, password, network: { environment: {} } }, longestMs);
  }

  it('finds every step of a platform that works in order, and leaves no connection behind', async () => {
    const steps = await run();
    assert.deepEqual(
      steps.map(({ step, state }) => `${step} ${state}`),
      ['log-in ok', 'rest ok', 'credentials ok', 'stream ok'],
    );
    assert.equal(simulator.records.logOuts, 1);
  });

  it('D11: asks for the stream’s credentials once', async () => {
    await run();
    assert.equal(simulator.records.iotAccesses, 1);
  });

  for (const refusal of ['close', 'code'] as const) {
    it(`A4, A5: says what the policy does not permit a stream (by ${refusal})`, async () => {
      const policies = {
        'one-connection': { connections: 1 },
        'narrow-filters': { subscribe: ['/ports/*/loc1/*'] },
        'no-sessions': { persistentSessions: false },
      };
      for (const [limit, policy] of Object.entries(policies)) {
        const stream = (await run({ policy: { ...policy, refusal } })).at(-1);
        assert.deepEqual([stream?.state, stream?.limits], ['ok', [limit]]);
        assert.match(stream?.message ?? '', /^the account's policy/);
        assert.equal(simulator.records.openConnections, 0);
        await simulator.close();
      }
    });
  }

  it('A4: notices that a second connection ends the first one, or is ended at its first packet', async () => {
    for (const surplus of ['oldest', 'late'] as const) {
      const stream = (await run({ policy: { connections: 1, surplus } })).at(-1);
      assert.deepEqual([stream?.state, stream?.limits], ['ok', ['one-connection']]);
      await simulator.close();
    }
  });

  for (const [whatIsLate, slowMs] of [
    ['second', 600],
    ['first', 900],
  ] as const) {
    it(`A12: on a slow line, where time is up before the ${whatIsLate} connection is there, finds no fault and no limit`, async () => {
      const steps = await run({ faults: [`connack-slow=${slowMs}`] }, 1_500);
      assert.deepEqual(steps.at(-1), { step: 'stream', state: 'ok' });
    });
  }

  it('leaves no connection behind if time is up while two are side by side', async () => {
    for (const longestMs of [1_200, 1_450]) {
      const steps = await run({ faults: ['connack-slow=300'] }, longestMs);
      assert.deepEqual(steps.at(-1), { step: 'stream', state: 'ok' });
      assert.equal(simulator.records.openConnections, 0);
      await simulator.close();
    }
  });

  it('does not try a stream whose client id is prescribed: it may be in use', async () => {
    const steps = await run({ pinClientId: true });
    assert.deepEqual(steps.at(-1), { step: 'stream', state: 'not tried' });
    assert.deepEqual(simulator.records.connects, []);
  });
});
