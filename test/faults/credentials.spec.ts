import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { Simulator } from '../simulator';
import { eventually } from '../support/eventually';
import { type Handler, type LocalServer, startLocalServer } from '../support/local-server';
import { type Actor, arrived, company, numbersOf, portOf, Stage, warnings } from './stage';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Credentials are renewed after 75 % of their life where `random` gives 0. */
const renewalMs = 0.75 * hourMs;

describe('faults of the stream’s credentials', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  function requestsFor({ records }: Simulator, path: string): number {
    return records.requests.filter((request) => request.path.endsWith(path)).length;
  }

  function isConnected({ account }: Actor): boolean {
    return account.status(company).state === 'connected';
  }

  /** A connected actor whose next renewal meets what `spoil` did to the platform. */
  async function renewing(simulator: Simulator, spoil: () => void): Promise<Actor> {
    const actor = await stage.connected(simulator);
    spoil();
    await stage.clock.advance(renewalMs - minuteMs);
    // The platform's clock goes on as well.
    simulator.fault('clock-skew', renewalMs / minuteMs - 1);
    assert.equal(requestsFor(simulator, '/iotAccess'), 1);
    await stage.pass(() => requestsFor(simulator, '/iotAccess') >= 2, 'the renewal', 1000);
    return actor;
  }

  describe('fault 26: a refresh that is refused', () => {
    it('fault 26: a token that is no longer good leads to one log-in and a new connection', async () => {
      const simulator = await stage.platform();
      const actor = await renewing(simulator, () => simulator.revokeTokens());
      await stage.pass(() => simulator.records.connects.length === 2, 'the successor');
      assert.equal(simulator.records.logIns, 2);
      assert.equal(simulator.records.iotAccesses, 2);
      assert.deepEqual(warnings(actor), []);
    });

    it('fault 26: 401 for ever keeps the old connection and does not hammer the log-in', async () => {
      const simulator = await stage.platform();
      const actor = await renewing(simulator, () => simulator.fault('iot-access-unauthorized'));
      await stage.pass(() => requestsFor(simulator, '/iotAccess') >= 6, 'more tries');
      assert.ok(simulator.records.logIns <= 3, `${simulator.records.logIns} log-ins`);
      assert.ok(isConnected(actor));
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(actor.events, [1]);
      assert.equal(simulator.records.connects.length, 1);
      assert.equal(warnings(actor).length, 1);
    });

    it('fault 26: a refused log-in keeps the old connection, shows, and is not tried again within a minute', async () => {
      const simulator = await stage.platform();
      const actor = await renewing(simulator, () => {
        simulator.revokeTokens();
        simulator.fault('login-refused');
      });
      await stage.reach(actor, 'log-in refused');
      assert.equal(simulator.records.refusedLogIns, 1);
      await stage.clock.advance(59_000);
      assert.equal(simulator.records.refusedLogIns, 1);
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(actor.events, [1]);
      assert.equal(actor.log.at('error').length, 1);
    });

    it('fault 26: a log-in that is accepted again, whoever asked for it, ends that', async () => {
      const simulator = await stage.platform();
      const actor = await renewing(simulator, () => {
        simulator.revokeTokens();
        simulator.fault('login-refused');
      });
      await stage.reach(actor, 'log-in refused');
      simulator.fault('login-refused', false);
      await stage.clock.advance(minuteMs);
      await actor.account.lists.companies({ maxAgeMs: 0 });
      await stage.pass(() => simulator.records.disconnects === 1, 'the old connection retires');
      await stage.reach(actor, 'connected');
      assert.deepEqual(actor.events.gaps, []);
    });
  });

  describe('fault 27: 429 with Retry-After', () => {
    const date = (inMs: number): string => new Date(stage.clock.now() + inMs).toUTCString();

    for (const [name, header, leastMs, mostMs] of [
      ['in seconds', () => '3', 3_000, 4_000],
      ['as a date', () => date(4_000), 2_900, 5_500],
      ['in a minute', () => '60', 60_000, 75_000],
      ['absurd', () => '99999999', 15 * minuteMs, 17 * minuteMs],
      ['missing', () => 'none', 400, 10_000],
      ['nonsense', () => 'soon', 400, 10_000],
    ] as const) {
      it(`fault 27: ${name} is obeyed, within a quarter of an hour`, async () => {
        const simulator = await stage.platform();
        const text = header();
        simulator.fault('iot-access-rate-limited', `${text};times=1`);
        const actor = stage.actor(simulator);
        await eventually(() => requestsFor(simulator, '/iotAccess') === 1, 'the first request');
        await stage.clock.advance(leastMs - 1);
        assert.equal(requestsFor(simulator, '/iotAccess'), 1, 'too early');
        await stage.clock.advance(mostMs - leastMs);
        await eventually(() => requestsFor(simulator, '/iotAccess') === 2, 'the second request');
        await stage.passUntil(actor, 'connected');
      });
    }
  });

  describe('fault 28: a platform that is down at renewal', () => {
    for (const [name, fault] of [
      ['answers 500', 'iot-access-error'],
      ['answers nothing', 'iot-access-hang'],
      ['cannot be reached', 'down'],
    ] as const) {
      it(`fault 28: one that ${name} is asked again while the old connection lives on`, async () => {
        const simulator = await stage.platform();
        const { tcp, seen } = await stage.proxiedApi(simulator);
        const actor = await stage.connected(seen);
        if (fault === 'down') await tcp.refuse();
        else simulator.fault(fault);
        if (fault === 'down') tcp.cut();
        await stage.clock.advance(renewalMs);
        await stage.pass(() => warnings(actor).length > 0, 'the warning', 1000);
        await stage.clock.advance(5 * minuteMs);
        await simulator.emit(portOf(simulator), { n: 1 });
        await arrived(actor.events, [1]);
        assert.ok(isConnected(actor));
        assert.equal(simulator.records.connects.length, 1);
        assert.equal(warnings(actor).length, 1, 'said once');
        if (fault === 'down') await tcp.accept();
        else simulator.fault(fault, false);
        await stage.pass(() => simulator.records.disconnects === 1, 'the old connection retires', 1000);
        assert.ok(isConnected(actor));
        assert.deepEqual(actor.events.gaps, []);
      });
    }
  });

  describe('fault 29: answers without an end', () => {
    /** A platform whose `iotAccess` is answered by `answer`. */
    async function withAccess(answer: Handler): Promise<LocalServer> {
      return stage.opened.add(
        await startLocalServer((request, response) => {
          if (request.url === '/auth/jwt') return { body: { token: 'token' } };
          return answer(request, response);
        }),
      );
    }

    function accountAt(server: LocalServer): Actor {
      return stage.actor({ url: server.url, email: 'me', password: 'secret password' });
    }

    it('fault 29: one byte a second is given up after ten seconds', async () => {
      const server = await withAccess((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{');
        return undefined;
      });
      const actor = accountAt(server);
      await eventually(() => server.lines.some((line) => line.endsWith('/iotAccess')), 'the request');
      await stage.clock.advance(9_900);
      assert.deepEqual(actor.account.status(company), { state: 'connecting' });
      await stage.clock.advance(100);
      await stage.reach(actor, 'disconnected');
      assert.deepEqual(actor.account.status(company), { state: 'disconnected', reason: 'timeout' });
    });

    it('fault 29: an endless answer is cut off, and so is one that unpacks to ten megabytes', async () => {
      const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024, 0x20));
      const simulator = await stage.platform({ faults: ['iot-access-garbage=endless'] });
      const server = await withAccess(() => ({ headers: { 'content-encoding': 'gzip' }, body: bomb }));
      for (const actor of [stage.actor(simulator), accountAt(server)]) {
        await stage.reach(actor, 'disconnected');
        assert.match(warnings(actor)[0] ?? '', /larger than 64 KiB/);
      }
    });

    it('fault 29: an answer shorter than it said is not an answer', async () => {
      const simulator = await stage.platform({ faults: ['iot-access-garbage=short;times=1'] });
      const actor = stage.actor(simulator);
      await stage.passUntil(actor, 'connected');
      assert.equal(requestsFor(simulator, '/iotAccess'), 2);
    });
  });

  for (const kind of ['html', 'truncated', 'empty', 'bom']) {
    it(`fault 30: garbage (${kind}) is rejected as a whole; connection and credentials stay`, async () => {
      const simulator = await stage.platform();
      const actor = await renewing(simulator, () => simulator.fault('iot-access-garbage', kind));
      await eventually(() => warnings(actor).length === 1, 'the warning');
      assert.ok(isConnected(actor));
      simulator.dropConnections('reset');
      await stage.passUntil(actor, 'connecting');
      await stage.passUntil(actor, 'connected');
      assert.equal(simulator.records.iotAccesses, 1, 'with the credentials it had');
      assert.deepEqual(numbersOf(actor.events), []);
    });
  }

  describe('fault 31: credentials that can’t be', () => {
    for (const [field, value] of [
      ['accessKeyId', ''],
      ['secretKey', 17],
      ['sessionToken', null],
      ['sessionToken', 'two\nlines'],
      ['host', 'https://stream.example'],
      ['host', 'stream.example:8883'],
      ['host', 'stream.example/path'],
      ['host', 'stream.example\nX-Evil: 1'],
      ['region', 'the moon'],
      ['protocol', 'http'],
      ['port', 0],
      ['clientId', ''],
    ] as const) {
      it(`fault 31: ${field} as ${JSON.stringify(value)} is refused by name, without its value`, async () => {
        const simulator = await stage.platform();
        const fields = value === null ? {} : { [field]: value };
        simulator.fault('iot-access-fields', JSON.stringify(fields));
        if (value === null) simulator.fault('iot-access-missing-field', field);
        const actor = stage.actor(simulator);
        await stage.reach(actor, 'disconnected');
        assert.equal(warnings(actor).length, 1);
        assert.ok(warnings(actor)[0]?.includes(field), warnings(actor)[0]);
        if (typeof value === 'string' && value !== '') assert.ok(!warnings(actor)[0]?.includes(value));
        assert.equal(simulator.records.upgrades.length, 0);
        simulator.fault('iot-access-fields', false);
        simulator.fault('iot-access-missing-field', false);
        await stage.passUntil(actor, 'connected');
      });
    }
  });

  describe('fault 32: the end of the credentials', () => {
    const inAnHour = (): number => stage.clock.now() + hourMs;
    const withoutZone = (ms: number): string => new Date(ms).toISOString().replace('Z', '');

    for (const [name, expiration, leastMs] of [
      ['ISO 8601', () => new Date(inAnHour()).toISOString(), renewalMs],
      ['ISO 8601 without a zone', () => withoutZone(inAnHour()), renewalMs],
      ['seconds', () => Math.floor(inAnHour() / 1000), renewalMs],
      ['milliseconds', () => inAnHour(), renewalMs],
      ['missing, so 50 minutes', () => undefined, 0.75 * 50 * minuteMs],
      ['in a year, so 12 hours', () => inAnHour() * 1.05, 0.75 * 12 * hourMs],
    ] as const) {
      it(`fault 32: ${name}`, async () => {
        const simulator = await stage.platform();
        const value = expiration();
        if (value === undefined) simulator.fault('iot-access-missing-field', 'expiration');
        else simulator.fault('iot-access-fields', JSON.stringify({ expiration: value }));
        await stage.connected(simulator);
        // Whole seconds may cut off one.
        await stage.clock.advance(leastMs - 1500);
        assert.equal(requestsFor(simulator, '/iotAccess'), 1);
        await stage.clock.advance(3000);
        await eventually(() => requestsFor(simulator, '/iotAccess') > 1, 'the renewal');
      });
    }

    it('fault 32: in the past is refused and asked for again after a pause', async () => {
      const simulator = await stage.platform({ faults: ['iot-expiration-past'] });
      const actor = stage.actor(simulator);
      await stage.reach(actor, 'disconnected');
      assert.equal(simulator.records.upgrades.length, 0);
      assert.equal(requestsFor(simulator, '/iotAccess'), 1);
      assert.match(warnings(actor)[0] ?? '', /expiration has passed/);
      simulator.fault('iot-expiration-past', false);
      await stage.passUntil(actor, 'connected');
    });
  });
});
