import assert from 'node:assert/strict';
import type { PortAddress, PortSelector } from '../../src';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { type Actor, arrived, company, numbersOf, portOf, ports, Stage, warnings } from './stage';

function exactly({ location, hub, port }: PortAddress): PortSelector {
  return { company, locations: [location], hubs: [hub], ports: [port] };
}

describe('faults of subscriptions', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  /** One subscriber to each address. */
  function subscribeEach({ account }: Actor, addresses: readonly PortAddress[]): EventLog[] {
    return addresses.map((address) => {
      const log = new EventLog();
      account.subscribe(exactly(address), log);
      return log;
    });
  }

  it('fault 16: of several filters one is refused: its subscriber is told, the others hear, nothing reconnects', async () => {
    const simulator = await stage.platform();
    const addresses = ports(simulator, 3);
    const refused = addresses[1]?.port ?? '';
    simulator.fault('suback-refused', `/${refused}`);
    const actor = stage.account(simulator);
    const logs = subscribeEach(actor, addresses);
    await stage.reach(actor, 'connected');
    await eventually(() => logs[1]?.refusals.length, 'the refusal');
    for (const [n, address] of addresses.entries()) await simulator.emit(address, { n });
    await eventually(() => logs[0]?.events.length && logs[2]?.events.length, 'the others’ events');
    assert.deepEqual(logs.map(numbersOf), [[0], [], [2]]);
    assert.deepEqual(
      logs.map(({ refusals }) => refusals.map(({ code }) => code)),
      [[], ['OCHNO_REFUSED'], []],
    );
    assert.ok(logs[1]?.refusals[0]?.message.includes(refused));
    await stage.clock.advance(60_000);
    assert.equal(simulator.records.connects.length, 1);
    assert.deepEqual(warnings(actor), []);
  });

  it('fault 17: a filter whose SUBSCRIBE closes the connection is found and left out; the others work', async () => {
    const simulator = await stage.platform();
    const addresses = ports(simulator, 8);
    const poison = addresses[4]?.port ?? '';
    simulator.fault('subscribe-closes', `/${poison}`);
    const actor = stage.account(simulator);
    const logs = subscribeEach(actor, addresses);
    await stage.passUntil(actor, 'connected');
    for (const [n, address] of addresses.entries()) await simulator.emit(address, { n });
    await eventually(() => logs.filter(({ events }) => events.length > 0).length === 7, 'the others’ events');
    assert.deepEqual(
      logs.map(({ refusals }) => refusals.length),
      [0, 0, 0, 0, 1, 0, 0, 0],
    );
    const closes = simulator.records.closes.length;
    assert.equal(closes, 3, 'once among others, twice alone');
    await stage.clock.advance(9 * 60_000);
    assert.equal(simulator.records.closes.length, closes, 'no reconnect loop');
    assert.ok(warnings(actor).some((line) => line.includes(poison)));
  });

  it('fault 17: a subscription added to a connection that works, and closing it, costs the others no event of QoS 1', async () => {
    const simulator = await stage.platform();
    const [good, bad] = [portOf(simulator, 0), portOf(simulator, 1)];
    const actor = stage.account(simulator);
    const [log] = subscribeEach(actor, [good]);
    assert.ok(log);
    await stage.reach(actor, 'connected');
    simulator.fault('subscribe-closes', `/${bad.port}`);
    const [refusedLog] = subscribeEach(actor, [bad]);
    for (let n = 0; n < 20; n += 1) {
      await simulator.emit(good, { n });
      await stage.clock.advance(250);
    }
    await stage.pass(() => refusedLog?.refusals.length, 'the refusal');
    await stage.passUntil(actor, 'connected');
    await eventually(() => log.events.length === 20, 'all events');
    // What is published while the broker sends what it had kept may overtake it.
    assert.deepEqual(new Set(numbersOf(log)), new Set(Array.from({ length: 20 }, (_, n) => n)));
    assert.deepEqual(log.gaps, []);
    assert.deepEqual(log.refusals, []);
  });

  it('fault 17: after ten minutes the filter is tried once more, and works if it is allowed by then', async () => {
    const simulator = await stage.platform();
    const [good, bad] = [portOf(simulator, 0), portOf(simulator, 1)];
    simulator.fault('subscribe-closes', `/${bad.port}`);
    const actor = stage.account(simulator);
    const [, log] = subscribeEach(actor, [good, bad]);
    await stage.passUntil(actor, 'connected');
    assert.equal(log?.refusals.length, 1);
    simulator.fault('subscribe-closes', false);
    await stage.clock.advance(11 * 60_000);
    simulator.dropConnections('reset');
    await stage.passUntil(actor, 'connecting');
    await stage.passUntil(actor, 'connected');
    await simulator.emit(bad, { n: 1 });
    await eventually(() => log.events.length === 1, 'its event');
  });

  const whole: PortSelector = { company };
  const hubsOf = (addresses: readonly PortAddress[]): PortSelector[] => [
    ...new Map(
      addresses.map(({ location, hub }) => [`${location}/${hub}`, { company, locations: [location], hubs: [hub] }]),
    ).values(),
  ];

  for (const refusal of ['close', 'code'] as const) {
    it(`A5: a node too wide for the policy, added to a running flow, costs the permitted one nothing (by ${refusal})`, async () => {
      const first = await stage.platform();
      const { location } = portOf(first);
      first.permit({ subscribe: [`/ports/${company}/${location}/*`], refusal });
      const actor = stage.account(first);
      const [permitted, wide] = [new EventLog(), new EventLog()];
      actor.account.subscribe({ company, locations: [location] }, permitted);
      await stage.reach(actor, 'connected');
      actor.account.subscribe(whole, wide);
      for (let n = 0; n < 10; n += 1) {
        await first.emit(portOf(first), { n }, 0);
        await stage.clock.advance(500);
      }
      await stage.pass(() => wide.refusals.length === 1, 'the wide node is told');
      await eventually(() => permitted.events.length === 10, 'all events of the permitted one');
      assert.deepEqual(permitted.refusals, []);
      assert.match(wide.refusals[0]?.message ?? '', /\/ports\/r2d2i5b43\/# .*choose locations, hubs or ports/);
      assert.deepEqual(permitted.gaps, []);
      assert.equal(actor.account.status(company).state, 'connected');
      assert.deepEqual(numbersOf(wide), numbersOf(permitted), 'it hears what is permitted for another');
    });

    it(`A5: a node too wide from the start is told so, and every permitted one is heard (by ${refusal})`, async () => {
      const simulator = await stage.platform({ locations: 3 });
      const locations = [...new Set(ports(simulator, 24).map(({ location }) => location))];
      const [one, two] = locations;
      assert.ok(one && two);
      simulator.permit({ subscribe: [`/ports/${company}/${one}/*`, `/ports/${company}/${two}/*`], refusal });
      const actor = stage.account(simulator);
      const wide = new EventLog();
      actor.account.subscribe(whole, wide);
      const logs = [one, two].map((location) => {
        const log = new EventLog();
        actor.account.subscribe({ company, locations: [location] }, log);
        return log;
      });
      await stage.passUntil(actor, 'connected');
      await stage.pass(() => wide.refusals.length === 1, 'the wide node is told');
      await stage.passUntil(actor, 'connected');
      for (const address of ports(simulator, 24)) await simulator.emit(address, { n: address.location });
      await eventually(() => logs.every(({ events }) => events.length === 8), 'the permitted ones hear all');
      assert.deepEqual(
        logs.map(({ refusals }) => refusals),
        [[], []],
      );
      // What is wrong with the policy is tried again now and then, by a new connection and never by the one in use.
      const { closes } = simulator.records;
      const before = closes.length;
      await stage.clock.advance(30 * 60_000);
      assert.equal(closes.length, before);
    });

    it(`A5: of several nodes too wide each is told once, and a permitted one is never told of room (by ${refusal})`, async () => {
      const simulator = await stage.platform({ locations: 2 });
      const { location, hub } = portOf(simulator);
      simulator.permit({ subscribe: [`/ports/${company}/${location}/*`], refusal });
      const actor = stage.account(simulator);
      const [permitted, everywhere, anyPlace, anyPort] = [
        new EventLog(),
        new EventLog(),
        new EventLog(),
        new EventLog(),
      ];
      actor.account.subscribe({ company, locations: [location] }, permitted);
      actor.account.subscribe(whole, everywhere);
      actor.account.subscribe({ company, hubs: [hub] }, anyPlace);
      actor.account.subscribe({ company, locations: [location], ports: ['1'] }, anyPort);
      await stage.passUntil(actor, 'connected');
      await stage.pass(() => anyPlace.refusals.length > 0 && everywhere.refusals.length > 0, 'the wide ones are told');
      await stage.passUntil(actor, 'connected');
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(permitted, [1]);
      await stage.clock.advance(60_000);
      assert.deepEqual(
        [permitted, anyPort].map(({ refusals }) => refusals),
        [[], []],
      );
      assert.deepEqual(
        [everywhere, anyPlace].map(({ refusals }) => refusals.length),
        [1, 1],
      );
      assert.match(anyPlace.refusals[0]?.message ?? '', /choose the same locations or hubs/);
    });

    it(`A6: behind a policy per hub fifty hubs are heard on one connection, and the rest told why (by ${refusal})`, async () => {
      const simulator = await stage.platform({ locations: 1, hubs: 60, ports: 1 });
      simulator.permit({ subscribe: hubsOf(ports(simulator, 60)).map(({ hubs }) => `*/${hubs?.[0]}/*`), refusal });
      const actor = stage.account(simulator);
      const logs = subscribeEach(actor, ports(simulator, 60));
      await stage.passUntil(actor, 'connected');
      await stage.pass(() => logs.some(({ refusals }) => refusals.length > 0), 'those without room are told');
      await stage.passUntil(actor, 'connected');
      for (const address of ports(simulator, 60)) await simulator.emit(address, { n: 1 });
      const heard = (): EventLog[] => logs.filter(({ events }) => events.length > 0);
      await eventually(() => heard().length >= 50, 'fifty hear');
      assert.equal(heard().length, 50);
      assert.ok(heard().every(({ refusals }) => refusals.length === 0));
      const others = logs.filter(({ events }) => events.length === 0);
      assert.ok(others.every(({ refusals }) => /50 subscriptions.*Connections/.test(refusals[0]?.message ?? '')));
      assert.ok(others.every(({ refusals }) => refusals.length === 1));
    });
  }

  it('A5: what is no longer permitted is found at the renewal, and not taken for a second connection too many', async () => {
    const simulator = await stage.platform();
    const { location } = portOf(simulator);
    const actor = stage.account(simulator);
    const [permitted, wide] = [new EventLog(), new EventLog()];
    actor.account.subscribe(whole, wide);
    actor.account.subscribe({ company, locations: [location] }, permitted);
    await stage.reach(actor, 'connected');
    simulator.permit({ subscribe: [`/ports/${company}/${location}/*`] });
    await stage.clock.advance(43 * 60_000);
    await stage.pass(() => wide.refusals.length === 1, 'the wide node is told', 1_000);
    await stage.pass(() => simulator.records.openConnections === 1, 'one connection', 1_000);
    await simulator.emit(portOf(simulator), { n: 1 });
    await stage.pass(() => permitted.events.length === 1, 'the event after it');
    assert.deepEqual(permitted.refusals, []);
    assert.equal(actor.account.vitals()[0]?.policy.secondConnection, true);
  });

  it('fault 19: sixty ports on sixty hubs fit on one connection, at most 8 filters to a SUBSCRIBE', async () => {
    const simulator = await stage.platform({ locations: 6, hubs: 10, ports: 2 });
    const addresses = ports(simulator, 120).filter((_, index) => index % 2 === 0);
    const actor = stage.account(simulator);
    const logs = subscribeEach(actor, addresses);
    await stage.reach(actor, 'connected');
    for (const [n, address] of ports(simulator, 120).entries()) await simulator.emit(address, { n });
    await eventually(() => logs.every(({ events }) => events.length > 0), 'every event');
    assert.deepEqual(
      logs.map(numbersOf),
      addresses.map((_, index) => [2 * index]),
    );
    const { subscribes, closes } = simulator.records;
    assert.ok(subscribes.every(({ filters }) => filters.length <= 8));
    assert.ok(subscribes.flatMap(({ filters }) => filters).length <= 40);
    assert.deepEqual(closes, []);
  });
});
