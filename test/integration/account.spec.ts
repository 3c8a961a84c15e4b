import assert from 'node:assert/strict';
import { OchnoAccount } from '../../src';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { Opened } from '../support/closing';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { LogLines } from '../support/log-lines';
import { company, portOf } from '../support/simulated-office';

describe('an account on the simulated platform', () => {
  const opened = new Opened();

  afterEach(() => opened.close());

  async function start(
    options: SimulatorOptions = {},
  ): Promise<{ simulator: Simulator; account: OchnoAccount; log: LogLines }> {
    const simulator = opened.add(await startSimulator(options));
    const log = new LogLines();
    const network = simulator.ca === undefined ? {} : { tls: { ca: simulator.ca } };
    const account = opened.add(
      new OchnoAccount(
        { server: simulator.url, email: simulator.email, password: simulator.password, company, network },
        { logger: log },
      ),
    );
    return { simulator, account, log };
  }

  for (const tls of [false, true]) {
    it(`brings events in and sends actions out over ${tls ? 'wss with a CA of its own' : 'plain ws on loopback'}`, async () => {
      const { simulator, account } = await start({ tls });
      const port = portOf(simulator);
      const log = new EventLog();
      account.subscribe({ company: port.company }, log);
      await eventually(() => account.status(port.company).state === 'connected', 'connected');
      simulator.building.plugIn(port.port, 'lamp');
      const outcome = await account.send({
        targets: [port],
        command: 'lamp',
        value: 40,
        confirm: true,
        timeoutMs: 5_000,
      });
      assert.equal(outcome.kind, 'sent');
      const event = await eventually(() => log.events.find(({ data }) => JSON.stringify(data).includes('"level":40')));
      assert.deepEqual(event.address, port);
      assert.equal(simulator.records.logIns, 1);
      assert.equal(simulator.records.iotAccesses, 1);
      assert.equal(simulator.records.connects.length, 1);
    });
  }

  it('tells whoever shows its status when a log-in that was refused is accepted again, without a stream too', async () => {
    const simulator = opened.add(await startSimulator());
    const { url: server, email, password } = simulator;
    const clock = new FakeClock(Date.now());
    const account = opened.add(new OchnoAccount({ server, email, password }, { clock }));
    const shown: string[] = [];
    account.onStatus(() => shown.push(account.status().state));
    const companies = { method: 'GET', path: '/api/companies' };
    await account.request(companies);
    simulator.revokeTokens();
    simulator.fault('login-refused');
    await assert.rejects(account.request(companies), { code: 'OCHNO_LOGIN' });
    simulator.fault('login-refused', false);
    await clock.advance(60_000);
    await account.request(companies);
    await account.request(companies);
    assert.deepEqual(shown, ['connected', 'log-in refused', 'connected']);
  });

  it('opens nothing for ports that cannot be', async () => {
    const { url: server, email, password } = opened.add(await startSimulator());
    const account = opened.add(new OchnoAccount({ server, email, password }));
    const ignore = (): void => undefined;
    const subscriber = {
      initial: 'none',
      onEvent: ignore,
      onUnreadable: ignore,
      onGap: ignore,
      onRefused: ignore,
    } as const;
    for (const wrong of [{ company: 'a/b' }, { locations: ['loc1', '#'] }, { hubs: ['a/b'] }, { ports: ['+'] }]) {
      assert.throws(() => account.subscribe({ company: 'r2d2i5b43', ...wrong }, subscriber), { code: 'OCHNO_VALUE' });
    }
    const port = { company: 'r2d2i5b43', location: 'loc1', hub: 'hub1', port: 'port1' };
    for (const level of ['company', 'location', 'hub', 'port']) {
      assert.throws(() => account.follow({ ...port, [level]: '#' }), { code: 'OCHNO_VALUE' });
    }
    assert.deepEqual(account.status(), { state: 'unused' });
  });

  it('is not said to be worse off for a company that somebody only looks at', async () => {
    const { account } = await start();
    const shown: string[] = [];
    account.onStatus(() => shown.push(account.status().state));
    await account.request({ method: 'GET', path: '/api/companies' });
    const onlooker = Object.assign(new EventLog(), { isOnlooker: true });
    const looksAway = account.subscribe({ company: 'nobody' }, onlooker);
    await eventually(() => account.status('nobody').state === 'disconnected', 'the stream it may not have');
    assert.deepEqual([...new Set(shown)], ['connected']);
    const stop = account.subscribe({ company: 'nobody' }, new EventLog());
    assert.equal(account.status().state, 'disconnected');
    stop();
    assert.equal(account.status().state, 'connected');
    looksAway();
    await eventually(() => account.status('nobody').state === 'unused', 'nothing is left of it');
  });
});
