import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { type Device, device } from 'aws-iot-device-sdk';
import axios, { type AxiosInstance } from 'axios';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { company } from '../support/simulated-office';

const lampTopic = `/action/${company}/loc1/hub1/port1`;

interface IotCredentials {
  readonly accessKeyId: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  readonly region: string;
  readonly host: string;
  readonly port: number;
}

/** Waits for the SDK's next event of a name, and fails where it does not come. */
async function heard(client: Device, name: string): Promise<unknown[]> {
  return once(client, name, { signal: AbortSignal.timeout(15_000) });
}

describe("AWS's own SDK on the simulator, as in the documented example", () => {
  let simulator: Simulator;
  let http: AxiosInstance;
  let client: Device | undefined;

  async function start(options: SimulatorOptions = {}): Promise<void> {
    simulator = await startSimulator({ tls: true, ...options });
    const httpsAgent = new Agent({ ...(simulator.ca && { ca: simulator.ca }) });
    http = axios.create({ baseURL: simulator.url, httpsAgent });
    const { email, password } = simulator;
    const { data } = await http.post<{ token: string }>('/auth/jwt', { email, password });
    http.defaults.headers.common.Authorization = `JWT ${data.token}`;
  }

  async function iotAccess(): Promise<IotCredentials> {
    return (await http.get<IotCredentials>(`/api/companies/${company}/iotAccess`)).data;
  }

  function connect(credentials: IotCredentials): Device {
    client = device({ ...credentials, protocol: 'wss', websocketOptions: { ca: simulator.ca } });
    // The example prints errors; a test looks at what the gateway answered.
    client.on('error', () => undefined);
    return client;
  }

  /** What the gateway answers these credentials. */
  async function refusal(credentials: IotCredentials): Promise<string> {
    await heard(connect(credentials), 'close');
    const upgrade = simulator.records.upgrades.at(-1);
    assert.equal(upgrade?.statusCode, 403);
    assert.equal(simulator.records.connects.length, 0);
    return upgrade.message;
  }

  function subscribe(filter: string): Promise<{ topic: string; qos: number }[]> {
    return new Promise((resolve, reject) => {
      client?.subscribe(filter, { qos: 1 }, (error, granted) => (error ? reject(error) : resolve(granted)));
    });
  }

  function setLamp(topic: string, level: number): void {
    const action = { id: 'hub1', data: { portId: 'port1', device: { lamp: { level } } } };
    client?.publish(topic, JSON.stringify(action), { qos: 1 }, () => undefined);
  }

  afterEach(async () => {
    client?.end(true);
    client = undefined;
    await simulator.close();
  });

  it('connects, receives the events of all ports, and has a lamp obey', async () => {
    await start({ lampRampMs: 0 });
    const stream = connect(await iotAccess());
    await heard(stream, 'connect');
    assert.deepEqual(await subscribe(`/ports/${company}/#`), [{ topic: `/ports/${company}/#`, qos: 1 }]);

    const plugged = heard(stream, 'message');
    simulator.building.plugIn('port3', 'phone');
    const [topic, message] = await plugged;
    assert.equal(topic, `/ports/${company}/loc1/hub1/port3`);
    assert.equal(JSON.parse(String(message)).data.device.types[0], 'phone');

    const answer = heard(stream, 'message');
    setLamp(lampTopic, 10);
    const [lamp, event] = await answer;
    assert.equal(lamp, `/ports/${company}/loc1/hub1/port1`);
    assert.deepEqual(JSON.parse(String(event)).data.device, { lamp: { level: 10 } });
    const { data } = await http.get<{ data: { device: { lamp: object } } }>('/api/ports/port1');
    assert.deepEqual(data.data.device.lamp, { level: 10, temp: 4000 });
  });

  it('is refused with a wrong secret', async () => {
    await start();
    const credentials = { ...(await iotAccess()), secretKey: 'wrong' };
    assert.match(await refusal(credentials), /^The request signature we calculated does not match/);
  });

  for (const minutes of [10, -10]) {
    it(`is refused with its clock ${minutes} minutes off`, async () => {
      await start();
      const credentials = await iotAccess();
      simulator.fault('clock-skew', minutes);
      assert.match(await refusal(credentials), minutes > 0 ? /^Signature expired/ : /^Signature not yet current/);
    });
  }

  it('is refused with an expired token', async () => {
    await start({ iotTtlSeconds: 0 });
    assert.match(await refusal(await iotAccess()), /token included in the request is expired/);
  });

  it('is disconnected when it subscribes to a foreign company', async () => {
    await start();
    const stream = connect(await iotAccess());
    await heard(stream, 'connect');
    const closed = heard(stream, 'close');
    // The SDK never hears of it: AWS closes without an answer.
    subscribe('/ports/a11iNc3p0/#').catch(() => undefined);
    await closed;
    assert.equal(simulator.records.closes.at(-1)?.reason, 'not authorized to subscribe');
    assert.equal(simulator.records.subscribes.length, 0);
  });

  it('is disconnected when it publishes to a foreign company, and nothing obeys', async () => {
    await start();
    const stream = connect(await iotAccess());
    await heard(stream, 'connect');
    const closed = heard(stream, 'close');
    setLamp('/action/a11iNc3p0/loc3/hub5/port17', 10);
    await closed;
    assert.equal(simulator.records.closes.at(-1)?.reason, 'not authorized to publish');
    assert.equal(simulator.building.port('port17').data.device?.lamp?.level, 0);
  });

  it('is refused stream credentials of a company the account does not have', async () => {
    await start();
    const foreign = [...simulator.building.companies.keys()].find((id) => !simulator.building.owns(id));
    const answer = await http.get(`/api/companies/${foreign}/iotAccess`, { validateStatus: () => true });
    assert.equal(answer.status, 403);
  });
});
