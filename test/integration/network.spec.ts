import assert from 'node:assert/strict';
import { type NetworkOptions, OchnoAccount } from '../../src';
import { type Simulator, startSimulator } from '../simulator';
import { Opened } from '../support/closing';
import { startConnectProxy } from '../support/connect-proxy';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { LogLines } from '../support/log-lines';
import { company } from '../support/simulated-office';

describe('the network between an account and the platform', () => {
  const opened = new Opened();

  afterEach(() => opened.close());

  async function start(network: (simulator: Simulator) => NetworkOptions) {
    const simulator = opened.add(await startSimulator({ tls: true }));
    const log = new LogLines();
    const { url: server, email, password } = simulator;
    const account = opened.add(
      new OchnoAccount({ server, email, password, company, network: network(simulator) }, { logger: log }),
    );
    account.subscribe({ company }, new EventLog());
    return { simulator, account, log };
  }

  const trusted = ({ ca }: Simulator) => ({ tls: ca === undefined ? {} : { ca } });
  const portOf = (url: string) => new URL(url).port;

  it('is reached through the proxy that HTTPS_PROXY names, by REST and stream alike', async () => {
    const proxy = opened.add(await startConnectProxy());
    const { simulator, account } = await start((it) => ({ ...trusted(it), environment: { HTTPS_PROXY: proxy.url } }));
    await eventually(() => account.status(company).state === 'connected');
    const ports = new Set(proxy.asked.map((target) => target.split(':')[1]));
    assert.deepEqual(ports, new Set([portOf(simulator.url), String(simulator.gatewayPort)]));
  });

  it('is reached directly where NO_PROXY says so', async () => {
    const proxy = opened.add(await startConnectProxy());
    const environment = { HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost,127.0.0.1' };
    const { account } = await start((it) => ({ ...trusted(it), environment }));
    await eventually(() => account.status(company).state === 'connected');
    assert.deepEqual(proxy.asked, []);
  });

  it('is disconnected with the reason "proxy" if the proxy refuses', async () => {
    const proxy = opened.add(await startConnectProxy(() => 407));
    const { account, log } = await start((it) => ({ ...trusted(it), environment: { HTTPS_PROXY: proxy.url } }));
    await eventually(() => account.status(company).state === 'disconnected');
    assert.deepEqual(account.status(company), { state: 'disconnected', reason: 'proxy' });
    assert.equal(log.at('warn').length, 1);
  });

  it('is disconnected with the reason "tls" if the certificate is of an unknown authority', async () => {
    const { account } = await start(() => ({}));
    await eventually(() => account.status(company).state === 'disconnected');
    assert.deepEqual(account.status(company), { state: 'disconnected', reason: 'tls' });
  });

  it('is trusted over the stream by the same authority as over REST', async () => {
    const { account } = await start(trusted);
    await eventually(() => account.status(company).state === 'connected');
  });
});
