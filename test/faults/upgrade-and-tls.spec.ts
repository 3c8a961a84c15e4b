import assert from 'node:assert/strict';
import dns from 'node:dns';
import type { Simulator } from '../simulator';
import { makeAuthority } from '../support/certificates';
import { eventually } from '../support/eventually';
import { startLocalServer } from '../support/local-server';
import { arrived, company, portOf, Stage, warnings } from './stage';

describe('faults of the upgrade and of TLS', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  function statusCodes({ records }: Simulator): readonly number[] {
    return records.upgrades.map(({ statusCode }) => statusCode);
  }

  it('fault 10: a refused signature is tried once more with new credentials, then slowly, and said once', async () => {
    const simulator = await stage.platform({ faults: ['upgrade-forbidden'] });
    const actor = stage.actor(simulator);
    await stage.reach(actor, 'disconnected');
    await eventually(() => warnings(actor).length > 0, 'the warning');
    assert.deepEqual(actor.account.status(company), { state: 'disconnected', reason: 'forbidden' });
    assert.deepEqual(statusCodes(simulator), [403, 403]);
    await stage.clock.advance(999);
    assert.deepEqual(statusCodes(simulator), [403, 403], 'no attempt within the first second');
    await stage.pass(() => statusCodes(simulator).length >= 5, 'three more attempts');
    assert.equal(warnings(actor).length, 1);
    assert.match(warnings(actor)[0] ?? '', /signature/);
    assert.doesNotMatch(JSON.stringify(actor.log.lines), /X-Amz|IQoJ|ASIA/);
  });

  for (const minutes of [12, -12]) {
    it(`fault 11: with a clock ${minutes} minutes off the second attempt succeeds`, async () => {
      const simulator = await stage.platform();
      const actor = stage.account(simulator);
      // The platform gives its credentials by its own clock; only the signature shows that ours is off.
      simulator.fault('clock-skew', minutes);
      actor.account.subscribe({ company }, actor.events);
      await stage.reach(actor, 'connected');
      assert.deepEqual(statusCodes(simulator), [403, 101]);
      assert.equal(warnings(actor).length, 1);
      assert.match(warnings(actor)[0] ?? '', new RegExp(`clock is 12 minutes ${minutes > 0 ? 'behind' : 'ahead'}`));
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(actor.events, [1]);
      simulator.dropConnections('reset');
      await stage.passUntil(actor, 'connecting');
      await stage.passUntil(actor, 'connected');
      assert.deepEqual(statusCodes(simulator), [403, 101, 101], 'the offset is remembered');
      simulator.fault('clock-skew', false);
      simulator.dropConnections('reset');
      await stage.passUntil(actor, 'connecting');
      await stage.passUntil(actor, 'connected');
      assert.deepEqual(statusCodes(simulator), [403, 101, 101, 403, 101], 'and given up once the clock is right');
      assert.ok(actor.log.at('info').some((line) => line.includes('clock is right again')));
    });
  }

  it('fault 12: an expired token is replaced by one request, and the attempt repeated', async () => {
    const simulator = await stage.platform({ faults: ['upgrade-expired=;times=1'] });
    const actor = await stage.connected(simulator);
    assert.deepEqual(statusCodes(simulator), [403, 101]);
    assert.equal(simulator.records.iotAccesses, 2);
    assert.equal(simulator.records.logIns, 1);
    assert.deepEqual(warnings(actor), []);
  });

  for (const status of [426, 429, 500, 503]) {
    it(`fault 13: an upgrade answered ${status} and a page is repeated after a pause; the page stays out of the log`, async () => {
      const simulator = await stage.platform({ faults: [`upgrade-error=${status}`] });
      const actor = stage.actor(simulator);
      await stage.reach(actor, 'disconnected');
      assert.deepEqual(statusCodes(simulator), [status], 'not repeated at once');
      await stage.pass(() => statusCodes(simulator).length === 3, 'two more attempts');
      assert.equal(simulator.records.iotAccesses, 1, 'nothing is wrong with the credentials');
      assert.equal(warnings(actor).length, 1);
      assert.match(warnings(actor)[0] ?? '', new RegExp(`answered ${status}`));
      assert.doesNotMatch(JSON.stringify(actor.log.lines), /<|html/);
      simulator.fault('upgrade-error', false);
      await stage.passUntil(actor, 'connected');
    });
  }

  it('fault 13: a redirected upgrade is not followed', async () => {
    const elsewhere = stage.opened.add(await startLocalServer(() => ({ status: 200, body: 'welcome' })));
    const simulator = await stage.platform({ faults: [`upgrade-redirect=${elsewhere.url}/mqtt`] });
    const actor = stage.actor(simulator);
    await stage.reach(actor, 'disconnected');
    await stage.pass(() => statusCodes(simulator).length === 2, 'another attempt');
    assert.deepEqual(statusCodes(simulator), [302, 302]);
    assert.deepEqual(elsewhere.seen, []);
    assert.match(warnings(actor)[0] ?? '', /answered 302/);
  });

  it('fault 13: an endless body of a refusal is cut off', async () => {
    const simulator = await stage.platform();
    const endless = stage.opened.add(
      await startLocalServer((_request, response) => {
        response.writeHead(403, { 'content-type': 'text/html' });
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
        return undefined;
      }),
    );
    simulator.fault('iot-access-fields', JSON.stringify({ port: endless.port }));
    const actor = stage.actor(simulator);
    await stage.reach(actor, 'disconnected');
    assert.ok(warnings(actor).every((line) => line.length < 500));
  });

  for (const [kind, tls, problem] of [
    ['expired', 'expired', /certificate has expired/],
    ['for another host', 'wrong-host', /does not match certificate's altnames/],
  ] as const) {
    it(`fault 14: a stream whose certificate is ${kind} is refused, and the reason told`, async () => {
      const simulator = await stage.platform({ tls: true });
      const wrong = await stage.platform({ tls });
      simulator.fault('iot-access-fields', JSON.stringify({ port: wrong.gatewayPort }));
      const ca = [simulator.ca ?? '', wrong.ca ?? ''];
      const actor = stage.actor(simulator, { network: { tls: { ca } } });
      await stage.reach(actor, 'disconnected');
      assert.deepEqual(actor.account.status(company), { state: 'disconnected', reason: 'tls' });
      assert.equal(warnings(actor).length, 1);
      assert.match(warnings(actor)[0] ?? '', problem);
      assert.equal(wrong.records.upgrades.length, 0, 'the signed URL was not sent');
    });
  }

  it('fault 14: a certificate nobody vouches for is refused by REST and stream alike', async () => {
    const simulator = await stage.platform({ tls: true });
    const actor = stage.actor(simulator, { network: { tls: { ca: makeAuthority().ca } } });
    await stage.reach(actor, 'disconnected');
    assert.deepEqual(actor.account.status(company), { state: 'disconnected', reason: 'tls' });
    assert.equal(simulator.records.requests.length, 0, 'the password was not sent');
    assert.match(warnings(actor)[0] ?? '', /certificate/);
  });

  it('A14: the server name for the account’s server is not asked of the stream’s', async () => {
    const simulator = await stage.platform({ tls: 'wrong-host' });
    const stream = await stage.platform({ tls: true });
    simulator.fault('iot-access-fields', JSON.stringify({ port: stream.gatewayPort }));
    const ca = [simulator.ca ?? '', stream.ca ?? ''];
    stage.actor(simulator, { network: { tls: { ca, servername: 'elsewhere.ochno.example' } } });
    await eventually(() => stream.records.upgrades.length > 0, 'the stream’s server to be reached');
  });

  describe('fault 15: names', () => {
    const lookup = dns.lookup;

    afterEach(() => {
      dns.lookup = lookup;
    });

    /** Has the resolver answer one after the other; the last answer for ever. */
    function resolve(...answers: readonly (readonly string[] | 'ENOTFOUND' | 'EAI_AGAIN')[]): () => number {
      let asked = 0;
      const fake = (
        host: string,
        options: dns.LookupOptions,
        done: (error: unknown, found?: unknown) => void,
      ): void => {
        const answer = answers[Math.min(asked, answers.length - 1)] ?? 'ENOTFOUND';
        asked += 1;
        setImmediate(() => {
          if (typeof answer === 'string') {
            done(Object.assign(new Error(`getaddrinfo ${answer} ${host}`), { code: answer }));
          } else if (options.all) {
            done(
              null,
              answer.map((address) => ({ address, family: 4 })),
            );
          } else {
            (done as (error: unknown, address?: string, family?: number) => void)(null, answer[0], 4);
          }
        });
      };
      Object.assign(dns, { lookup: fake });
      return () => asked;
    }

    for (const code of ['ENOTFOUND', 'EAI_AGAIN'] as const) {
      it(`fault 15: a name that does not resolve (${code}) is asked for again, after a pause`, async () => {
        const simulator = await stage.platform();
        simulator.fault('iot-access-fields', JSON.stringify({ host: 'localhost' }));
        const asked = resolve(code, code, ['127.0.0.1']);
        const actor = stage.actor(simulator);
        await stage.reach(actor, 'disconnected');
        assert.deepEqual(actor.account.status(company), { state: 'disconnected', reason: 'dns' });
        assert.equal(asked(), 1);
        await stage.passUntil(actor, 'connected');
        assert.equal(asked(), 3);
        assert.equal(warnings(actor).length, 1);
      });
    }

    it('fault 15: if the first address is dead, the second is taken', async () => {
      const simulator = await stage.platform();
      simulator.fault('iot-access-fields', JSON.stringify({ host: 'localhost' }));
      resolve(['127.0.0.2', '127.0.0.1']);
      const actor = await stage.connected(simulator);
      assert.deepEqual(warnings(actor), []);
    });
  });
});
