import assert from 'node:assert/strict';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { seededRandom } from '../../soak/seeded-random';
import { refused } from '../../support/fake-broker';
import { FakeClock } from '../../support/fake-clock';
import { LanesInTime, wide } from '../../support/lanes-in-time';

const hourMs = 3_600_000;
const noRoute = (): Error => new StreamError('no route');

describe('several connections whose sessions hold events for long', function () {
  this.timeout(60_000);
  let clock: FakeClock;
  let lanes: LanesInTime;

  beforeEach(() => {
    clock = new FakeClock();
  });

  /** All is on one connection until the hubs can be listed; then the others get their shares. */
  async function moving(): Promise<void> {
    lanes = new LanesInTime(clock, { lifeMs: hourMs, listsHubs: false });
    await lanes.connected(1);
    lanes.listsHubs = true;
    await lanes.passUntil('all are there', () => lanes.openConnections === 3);
    // As AWS IoT does it.
    lanes.broker.pace = { clock, everyMs: 100 };
  }

  /**
   * The one that had everything goes over to its share, and is lost in the midst of it: the broker keeps much for it, which only
   * that session brings, and which the others bring as well. It is not to be had again before `refusal` is another.
   */
  async function lostWithMuchKept(): Promise<void> {
    await moving();
    const goesOver = (): Promise<void> => lanes.passUntil('it goes over', () => lanes.openConnections === 4, 20);
    await goesOver();
    const [old] = lanes.having(wide);
    const isOfFirst = (clientId: string): boolean => !/^s-[23]-/.test(clientId);
    lanes.broker.refusal = ({ clientId }) => (isOfFirst(clientId) ? noRoute() : undefined);
    for (const one of lanes.broker.open.toReversed()) if (isOfFirst(one.connect.clientId)) one.cut();
    await lanes.pass(30_000);
    lanes.broker.refusal = () => undefined;
    await goesOver();
    lanes.broker.refusal = ({ clientId }) => (clientId === old?.connect.clientId ? noRoute() : undefined);
    for (const one of lanes.having(wide)) one.cut();
    await lanes.pass(40_000);
  }

  async function holds(): Promise<void> {
    await lanes.pass(120_000);
    await clock.advance(240_000);
    lanes.holds();
    await lanes.end();
  }

  it('double nothing if the one that had everything is lost as it goes over to its share, and had again late', async () => {
    await lostWithMuchKept();
    lanes.broker.refusal = () => undefined;
    await holds();
  });

  it('double nothing after a deploy in the midst of that, however slowly what was kept comes', async () => {
    await lostWithMuchKept();
    await lanes.deploy(500);
    lanes.broker.refusal = () => undefined;
    await holds();
  });

  it('double nothing if one is away while it is to get its share, and then brings what was kept by and by', async () => {
    await moving();
    const [to] = lanes.broker.open.filter(({ session }) => !session.filters.has(wide));
    lanes.broker.refusal = ({ clientId }) => (clientId === to?.connect.clientId ? noRoute() : undefined);
    to?.cut(new StreamError('cut'));
    await lanes.pass(60_000);
    lanes.broker.refusal = () => undefined;
    await holds();
  });

  it('double nothing after a deploy while one of them is away that is to get its share', async () => {
    await moving();
    const [, to] = lanes.broker.open.filter(({ session }) => !session.filters.has(wide));
    lanes.broker.refusal = ({ clientId }) => (clientId === to?.connect.clientId ? noRoute() : undefined);
    to?.cut(new StreamError('cut'));
    // The move to the other one is complete by then.
    await lanes.pass(30_000);
    await lanes.deploy(500);
    await lanes.pass(30_000);
    lanes.broker.refusal = () => undefined;
    await holds();
  });

  it('stay as they are over a deploy after which the platform does not list its hubs', async () => {
    lanes = new LanesInTime(clock, { lifeMs: hourMs, listsHubs: true });
    await lanes.connected(3);
    lanes.listsHubs = false;
    await lanes.deploy(500);
    await lanes.connected(3);
    await lanes.pass(60_000);
    assert.deepEqual(lanes.having(wide), []);
    assert.equal(lanes.openConnections, 3);
    await holds();
  });

  it('double nothing that is kept for one which was away when nobody wanted anything any more', async () => {
    lanes = new LanesInTime(clock, { lifeMs: hourMs, listsHubs: true });
    await lanes.connected(3);
    const [, away] = lanes.broker.open;
    lanes.broker.refusal = ({ clientId }) => (clientId === away?.connect.clientId ? noRoute() : undefined);
    away?.cut(new StreamError('cut'));
    await clock.advance(5_000);
    lanes.listsHubs = false;
    await lanes.deploy(500, false);
    lanes.broker.refusal = () => undefined;
    await lanes.connected(1);
    await lanes.pass(30_000);
    lanes.listsHubs = true;
    await lanes.passUntil('all are there', () => lanes.openConnections === 3);
    await holds();
  });

  for (const seed of [7, 33, 42, 46, 47, 49, 51, 54, 419, 580, 813, 1698, 1877, 1941, 4319, 5227]) {
    it(`lose and double nothing in a storm of cuts, refusals, deploys and lists that fail (seed ${seed})`, async () => {
      const random = seededRandom(seed);
      const between = (least: number, most: number): number => least + random() * (most - least);
      lanes = new LanesInTime(clock, { lifeMs: 40_000, listsHubs: true, random: seededRandom(seed + 1_000) });
      await lanes.connected(3);
      lanes.broker.pace = { clock, everyMs: between(20, 100) };
      const cut = (isMeant: () => boolean): void => {
        for (const connection of lanes.broker.open)
          if (isMeant()) connection.cut(new StreamError('cut'), Math.floor(between(0, 4)));
      };
      const acts: readonly (() => void | Promise<void>)[] = [
        () => cut(() => true),
        () => cut(() => random() < 0.4),
        () => {
          const untilMs = clock.monotonicMs() + between(2_000, 20_000);
          lanes.broker.refusal = () => (clock.monotonicMs() < untilMs ? refused('upgrade') : undefined);
          cut(() => random() < 0.4);
        },
        () => {
          lanes.listsHubs = !lanes.listsHubs;
        },
        () => lanes.deploy(between(100, 2_000)),
      ];
      await lanes.pass(3_000);
      while (clock.monotonicMs() < 240_000) {
        await acts[Math.floor(random() * acts.length)]?.();
        await lanes.pass(between(0, 15_000));
      }
      lanes.broker.refusal = () => undefined;
      lanes.listsHubs = true;
      await lanes.pass(180_000);
      await clock.advance(180_000);
      lanes.holds();
      await lanes.end();
    });
  }
});

describe('several connections after an outage', () => {
  let clock: FakeClock;
  let lanes: LanesInTime;

  beforeEach(async () => {
    clock = new FakeClock();
    lanes = new LanesInTime(clock, { lifeMs: hourMs, listsHubs: true, random: seededRandom(7) });
    await lanes.connected(3);
  });

  async function outage(durationMs: number): Promise<void> {
    lanes.broker.refusal = noRoute;
    for (const connection of lanes.broker.open) connection.cut();
    await lanes.pass(durationMs);
  }

  it('are all there within seconds of the first one, however long each would have waited', async () => {
    for (let round = 0; round < 4; round += 1) {
      await outage(600_000);
      lanes.broker.refusal = () => undefined;
      await lanes.passUntil('one is there', () => lanes.openConnections > 0);
      await lanes.pass(2_500);
      // One of them may be being renewed.
      assert.ok(lanes.openConnections >= 3, `${lanes.openConnections} of 3`);
      await lanes.pass(40_000);
    }
    lanes.holds();
    await lanes.end();
  });

  it('try no more often than before if the broker ends one for another', async () => {
    await outage(600_000);
    const before = lanes.broker.connections.length;
    lanes.broker.refusal = () => {
      for (const connection of lanes.broker.open) connection.cut();
      return undefined;
    };
    await lanes.passUntil('one is there', () => lanes.openConnections > 0);
    await lanes.pass(25_000);
    const connects = lanes.broker.connections.length - before;
    assert.ok(connects <= 4, `${connects} connections in 25 s`);
    await lanes.end();
  });
});
