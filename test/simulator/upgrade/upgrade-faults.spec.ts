import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../index';
import { dial, Probe, type UpgradeRefused } from '../probe/probe';
import { ApiProbe } from '../probe/probe-api';
import { signUrl } from '../probe/probe-url';

describe("the faults of the gateway's upgrade", () => {
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await startSimulator();
  });

  afterEach(() => simulator.close());

  async function url(): Promise<string> {
    return signUrl(await (await ApiProbe.logIn(simulator)).streamAccess());
  }

  async function refused(): Promise<UpgradeRefused> {
    return dial(await url()).then(
      () => assert.fail('The upgrade was not refused'),
      (error: UpgradeRefused) => error,
    );
  }

  it('upgrade-forbidden refuses a good signature', async () => {
    simulator.fault('upgrade-forbidden');
    const { status, body } = await refused();
    assert.equal(status, 403);
    assert.match(body, /signature we calculated does not match/);
    simulator.fault('upgrade-forbidden', false);
    (await dial(await url())).terminate();
  });

  it('cdn-page answers an upgrade as well', async () => {
    simulator.fault('cdn-page', '503;path=/mqtt');
    const { status, headers, body } = await refused();
    assert.equal(status, 503);
    assert.ok(body.includes(String(headers['x-request-id'])));
  });

  it('upgrade-expired says that the token is expired', async () => {
    simulator.fault('upgrade-expired');
    assert.match((await refused()).body, /token included in the request is expired/);
  });

  it('upgrade-error answers with a status and an HTML page', async () => {
    simulator.fault('upgrade-error', 503);
    const { status, headers, body } = await refused();
    assert.equal(status, 503);
    assert.equal(headers['content-type'], 'text/html');
    assert.match(body, /<html>/);
    simulator.fault('upgrade-error');
    assert.equal((await refused()).status, 500);
  });

  it('upgrade-redirect sends elsewhere', async () => {
    simulator.fault('upgrade-redirect', 'wss://elsewhere.example/mqtt');
    const { status, headers } = await refused();
    assert.equal(status, 302);
    assert.equal(headers.location, 'wss://elsewhere.example/mqtt');
  });

  it('upgrade-hang never answers', async () => {
    simulator.fault('upgrade-hang', ';times=1');
    let settled = false;
    const hanging = dial(await url()).catch(() => {
      settled = true;
    });
    (await Probe.connect(simulator)).close();
    assert.equal(settled, false);
    await simulator.close();
    await hanging;
    assert.equal(settled, true);
  });

  it('clock-skew refuses what was signed by a right clock, and its Date tells by how much', async () => {
    const access = await (await ApiProbe.logIn(simulator)).streamAccess();
    simulator.fault('clock-skew', 12);
    const error = await dial(signUrl(access)).catch((reason: UpgradeRefused) => reason);
    assert.ok('status' in error && error.status === 403);
    assert.match(error.body, /Signature expired/);
    const serverNow = Date.parse(String(error.headers.date));
    (await dial(signUrl(access, { at: serverNow }))).terminate();
  });
});
