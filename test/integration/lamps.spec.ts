import assert from 'node:assert/strict';
import { type ActionOutcome, OchnoAccount, type PortAddress } from '../../src';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { Opened } from '../support/closing';
import { eventually } from '../support/eventually';
import { failureOf } from '../support/ochno-errors';
import { company, portOf } from '../support/simulated-office';

describe('lamps as they are in the field', () => {
  const opened = new Opened();

  afterEach(() => opened.close());

  /** An account that follows a lamp which it has heard of. */
  async function start(options: SimulatorOptions = {}, device: 'lamp' | 'hcllamp' = 'hcllamp') {
    const simulator = opened.add(await startSimulator({ rate: 0, ...options }));
    const { url: server, email, password } = simulator;
    const account = opened.add(new OchnoAccount({ server, email, password, company }));
    const lamp = portOf(simulator);
    account.follow(lamp);
    await eventually(() => simulator.records.subscribes.length > 0 && account.status(company).state === 'connected');
    simulator.building.plugIn(lamp.port, device);
    return { simulator, account, lamp };
  }

  function send(account: OchnoAccount, lamp: PortAddress, value: unknown, confirm = true): Promise<ActionOutcome> {
    return account.send({ targets: [lamp], command: 'lamp', value, confirm, timeoutMs: 10_000 });
  }

  function levels(simulator: Simulator): readonly number[] {
    return simulator.records.publishes.map(({ payload }) => JSON.parse(payload).data.device.lamp.level);
  }

  function levelOf(simulator: Simulator, lamp: PortAddress): number | undefined {
    return simulator.building.port(lamp.port).data.device?.lamp?.level;
  }

  it('B1: a lamp that ramps to off is turned on to where it was, also in the middle of the ramp', async () => {
    const { simulator, account, lamp } = await start();
    await send(account, lamp, 80);
    await send(account, lamp, 'off');
    await send(account, lamp, 'on');
    await send(account, lamp, 'off', false);
    await eventually(() => levelOf(simulator, lamp) !== 80);
    await send(account, lamp, 'on');
    await send(account, lamp, { level: 0, transition: 1 });
    await send(account, lamp, 'on');
    assert.deepEqual(levels(simulator).slice(0, 5), [80, 0, 80, 0, 80]);
    assert.equal(levels(simulator).at(-1), 80);
    assert.equal(levelOf(simulator, lamp), 80);
  });

  for (const [what, act, level] of [
    ['switched off', ({ hands }: Simulator, port: string) => hands.switchLamp(port, false), 0],
    ['set brighter', ({ hands }: Simulator, port: string) => hands.setLamp(port, { level: 90 }), 90],
  ] as const) {
    it(`B2: a lamp that is ${what} by hand during a fade is left alone`, async () => {
      const { simulator, account, lamp } = await start({ lampRampMs: 0 });
      await send(account, lamp, 20);
      const fade = send(account, lamp, { level: 80, transition: 5 });
      await eventually(() => (levelOf(simulator, lamp) ?? 0) > 35);
      act(simulator, lamp.port);
      assert.deepEqual(await fade, { kind: 'replaced' });
      assert.equal(levelOf(simulator, lamp), level);
    });
  }

  it('B2: a fade goes on over the reports of a lamp that ramps and rounds', async () => {
    const { simulator, account, lamp } = await start();
    await send(account, lamp, 20);
    const outcome = await send(account, lamp, { level: 66.6, transition: 2 });
    assert.equal(outcome.kind, 'sent');
    await eventually(() => levelOf(simulator, lamp) === 67);
  });

  it('B3: a value that the lamp has already, or rounds, is confirmed', async () => {
    const { simulator, account, lamp } = await start();
    for (const value of [40, 40, 33.3, { temp: 3000 }, { temp: 3000 }, { level: 33, temp: 3001 }]) {
      assert.equal((await send(account, lamp, value)).kind, 'sent', JSON.stringify(value));
    }
    assert.equal(levelOf(simulator, lamp), 33);
  });

  it('B3: what the lamp does not have is named', async () => {
    const { account, lamp } = await start({}, 'lamp');
    const error = await failureOf(() => send(account, lamp, { level: 40, temp: 3000 }));
    assert.equal(error.code, 'OCHNO_TIMEOUT');
    assert.match(error.message, /shows no lamp\.temp/);
  });

  it('B4: a hub that is off is not believed to have obeyed', async () => {
    const { simulator, account, lamp } = await start();
    await send(account, lamp, 0);
    simulator.fault('hub-off', lamp.hub);
    for (const _ of [1, 2, 3]) await send(account, lamp, '+10', false);
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    await send(account, lamp, '+10', false);
    assert.deepEqual(levels(simulator), [0, 10, 20, 30, 10]);
  });

  it('is found by its blinking, and is then what it was before', async () => {
    const { simulator, account, lamp } = await start();
    await send(account, lamp, 30);
    assert.equal(await account.identify(lamp), true);
    assert.deepEqual(levels(simulator), [30, 100, 30, 100, 30, 100, 30]);
    await eventually(() => levelOf(simulator, lamp) === 30);
  });
});
