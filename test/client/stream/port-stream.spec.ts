import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventGap } from '../../../src/client/events/port-subscriber';
import { PortStream, SessionMemory, type StreamAudience } from '../../../src/client/stream/port-stream';
import type { CredentialSource } from '../../../src/protocol/stream/stream-credentials';
import { company, Stage } from '../../faults/stage';
import type { Simulator } from '../../simulator';
import { eventually } from '../../support/eventually';
import { LogLines } from '../../support/log-lines';
import type { TcpProxy } from '../../support/tcp-proxy';

const place = `/ports/${company}`;
const hub = `${place}/loc1/hub1/#`;
const location = `${place}/loc1/#`;
const elsewhere = `${place}/loc2/#`;

describe('the stream of a company', () => {
  const stage = new Stage();
  let simulator: Simulator;
  let proxy: TcpProxy;
  let credentials: CredentialSource;
  let memory: SessionMemory;
  let plan: readonly string[];
  let heard: string[];
  let gaps: EventGap[];
  let stream: PortStream;

  beforeEach(async () => {
    simulator = await stage.platform({ connectionRate: 'unlimited' });
    proxy = await stage.proxied(simulator);
    const keep = (source: CredentialSource): CredentialSource => {
      credentials = source;
      return source;
    };
    stage.stream(simulator, 30, { clock: stage.clock, credentials: keep });
    memory = new SessionMemory();
    heard = [];
    gaps = [];
  });
  afterEach(() => stage.close());

  const audience: StreamAudience = {
    get plan() {
      return plan;
    },
    planNow: () => plan,
    get asked() {
      return plan;
    },
    replan: () => want(...plan.filter((filter) => !stream.refusals.has(filter))),
    gap: (gap) => gaps.push(gap),
    awaitSnapshots: () => undefined,
    subscribed: () => undefined,
    dispatch: (_topic, payload) => heard.push(payload.toString()),
    dispatchRetained: () => 1,
  };

  async function open(): Promise<void> {
    stream = new PortStream({
      ...{ company, streamId: 'another', credentials, network: { environment: {} }, keepaliveSeconds: 30 },
      ...{ memory, audience, clock: stage.clock, random: Math.random, log: new LogLines() },
      ...{ onStatus: () => undefined, onGap: () => undefined },
    });
    const opened = stream;
    stage.opened.add({ close: () => opened.close(false) });
    stream.start();
    await stage.pass(() => stream.isOpen, 'it is there');
    await stream.settled();
  }

  function want(...filters: readonly string[]): void {
    plan = filters;
    stream.planChanged();
  }

  /** A plan that takes a renewal is followed by another one, which is granted while both connections are there. */
  async function overlapping(...plans: readonly (readonly string[])[]): Promise<void> {
    for (const filters of plans) {
      want(...filters);
      await stage.pass(() => stream.isRenewing && stream.status.state === 'connected', 'a successor is opened');
      await stream.settled();
    }
  }

  const publish = (at: string, text: string): Promise<void> => simulator.publish(`${place}/${at}/port`, text, 1);

  /** Both connections are lost at once, and come back once something was published. */
  async function outage(meanwhile: () => Promise<void>): Promise<void> {
    await proxy.refuse();
    for (const connection of [...proxy.connections].reverse()) connection.cut('reset');
    await stage.pass(() => stream.status.state === 'disconnected', 'nothing is left');
    await meanwhile();
    await proxy.accept();
    await stage.pass(() => stream.isOpen, 'it is there again');
    await stage.pass(() => !stream.isRenewing && stream.status.state === 'connected', 'one connection is there');
  }

  /** One gap is told, in which this was published. */
  function toldOf(publishedMs: number): void {
    assert.equal(gaps.length, 1);
    const [gap] = gaps;
    assert.ok(
      gap && gap.from <= publishedMs && gap.to >= publishedMs,
      `${publishedMs} is not from ${gap?.from} to ${gap?.to}`,
    );
  }

  it('loses nothing of what comes to be wanted in the middle of a renewal, even with both connections', async () => {
    plan = [location];
    await open();
    await overlapping([hub], [hub, elsewhere]);
    await stream.settled(true);
    await outage(() => publish('loc2/hub', 'kept'));
    await stage.pass(() => heard.includes('kept'), 'it comes');
    assert.deepEqual([heard, gaps], [['kept'], []]);
  });

  it('brings what comes to be wanted in the middle of a renewal at once, and once', async () => {
    plan = [location];
    await open();
    await overlapping([hub], [hub, elsewhere]);
    await stream.settled(true);
    await publish('loc2/hub', 'now');
    await eventually(() => heard.length > 0, 'it comes');
    await stage.pass(() => !stream.isRenewing, 'the renewal is over');
    await publish('loc2/hub', 'then');
    await eventually(() => heard.includes('then'), 'it comes as well');
    assert.deepEqual([heard, gaps], [['now', 'then'], []]);
  });

  /** Publishes a hundred events a second of what has come to be wanted: from the first one on that is heard, all are, in order. */
  async function keepsOrder(): Promise<void> {
    let count = 0;
    const isUnderWay = async (): Promise<boolean> => {
      await publish('loc2/hub', String(count));
      count += 1;
      await delay(10);
      return heard.length >= 20;
    };
    await eventually(isUnderWay, 'twenty are heard', { timeoutMs: 10_000, longestPauseMs: 0 });
    await stage.pass(() => !stream.isRenewing && heard.includes(String(count - 1)), 'the last of them is');
    const first = Number(heard[0]);
    assert.deepEqual(
      heard,
      Array.from({ length: count - first }, (_, n) => String(first + n)),
    );
  }

  it('keeps the order of what comes to be wanted in the middle of a renewal, though the new connection is slower', async () => {
    plan = [location];
    await open();
    await overlapping([hub]);
    proxy.connections.at(-1)?.poison({ delayMs: 50 }, 'to client');
    want(hub, elsewhere);
    await keepsOrder();
  });

  it('keeps the order of what comes to be wanted with what takes a renewal', async () => {
    plan = [location];
    await open();
    const present = proxy.connections;
    proxy.poison({ delayMs: 50 });
    for (const connection of present) connection.poison({});
    want(hub, elsewhere);
    await keepsOrder();
  });

  it('is told of what is lost with both connections if it was wider than what the older one could hold', async () => {
    plan = [hub];
    await open();
    await overlapping([location]);
    let publishedMs = 0;
    await outage(async () => {
      publishedMs = stage.clock.now();
      await publish('loc1/hub2', 'lost');
    });
    toldOf(publishedMs);
  });

  it('is told of what is lost until it is subscribed anew if the new connection alone is lost', async () => {
    plan = [hub];
    await open();
    await overlapping([location]);
    const { openConnections } = simulator.records;
    await proxy.refuse();
    proxy.connections.at(-1)?.cut('reset');
    await eventually(() => simulator.records.openConnections < openConnections, 'one is gone');
    await stage.clock.advance(1_000);
    const publishedMs = stage.clock.now();
    await publish('loc1/hub2', 'lost');
    await publish('loc1/hub1', 'kept');
    await proxy.accept();
    await stage.pass(() => gaps.length > 0, 'it is told');
    toldOf(publishedMs);
    assert.deepEqual(heard, ['kept']);
  });

  it('is told of what a deploy in the middle of a renewal loses, once all is subscribed', async () => {
    plan = [hub];
    await open();
    await overlapping([location]);
    const closing = stream.close(true);
    await stage.clock.advance(3_000);
    await closing;
    const publishedMs = stage.clock.now();
    await publish('loc1/hub2', 'lost');
    await publish('loc1/hub1', 'kept');
    await open();
    await stage.pass(() => gaps.length > 0, 'it is told');
    toldOf(publishedMs);
    assert.deepEqual(heard, ['kept']);
  });

  it('waits in a renewal for no filter that the broker has come to refuse on the new connection', async () => {
    plan = [location, elsewhere];
    await open();
    simulator.permit({ subscribe: [`${place}/loc1/*`], refusal: 'code' });
    want(hub, elsewhere);
    await stage.pass(() => stream.refusals.has(elsewhere), 'it is refused');
    for (let second = 0; second < 20; second += 1) {
      await publish('loc2/hub', `${second}`);
      await stage.clock.advance(1_000);
    }
    assert.deepEqual([stream.isRenewing, gaps], [false, []]);
  });

  it('is told of no gap in what nobody wants any more, or what the older connection holds by a wider filter', async () => {
    plan = [location, elsewhere];
    await open();
    await overlapping([hub, elsewhere], [hub]);
    await outage(() => publish('loc2/hub', 'unwanted').then(() => publish('loc1/hub1', 'kept')));
    await stage.pass(() => heard.includes('kept'), 'what is wanted comes');
    assert.deepEqual(gaps, []);
  });
});
