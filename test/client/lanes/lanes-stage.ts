import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, OchnoAccount, SessionMemory } from '../../../src';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator';
import { Opened } from '../../support/closing';
import type { EventLog } from '../../support/event-log';
import { eventually } from '../../support/eventually';
import type { FakeClock } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';
import { startMosquitto } from '../../support/mosquitto';
import { company } from '../../support/simulated-office';
import { SteadyPublisher } from '../../support/steady-publisher';
import { steadyRandom } from '../../support/steady-random';

export { company };

export interface Opening {
  readonly sessions?: SessionMemory;
  /** Makes the account's time the test's, and its chance. */
  readonly clock?: Clock;
  /** Another process has another chance. */
  readonly chance?: number;
}

export interface Load {
  readonly perSecond: number;
  readonly seconds: number;
  /** A broker sends what it kept of an outage beside what is live, in any order. */
  readonly hasOutage?: boolean;
  /** The account's: what it holds back for a while comes only as that goes on. */
  readonly clock?: FakeClock;
  readonly during?: () => Promise<unknown>;
}

/** Where an account with several connections is tried: a simulator, the account, and what goes over its connections. */
export class LanesStage {
  readonly opened = new Opened();
  log = new LogLines();
  #simulator: Simulator | undefined;
  #account: OchnoAccount | undefined;

  get simulator(): Simulator {
    assert.ok(this.#simulator);
    return this.#simulator;
  }

  get account(): OchnoAccount {
    assert.ok(this.#account);
    return this.#account;
  }

  /** A simulator with twenty hubs of four ports in one company. */
  async building(options: SimulatorOptions = {}): Promise<void> {
    const size = { companies: 1, locations: 2, hubs: 10, ports: 4 };
    this.#simulator = this.opened.add(await startSimulator({ ...size, ...options }));
  }

  /** The same behind mosquitto. The simulator's own broker may lose what a session holds if its filters change as it is resumed. */
  async mosquittoBuilding(options: SimulatorOptions = {}): Promise<void> {
    const mosquitto = await startMosquitto();
    this.opened.add({ close: () => mosquitto.stop() });
    await this.building({ ...options, broker: { mosquittoPort: mosquitto.port } });
  }

  /** An account in place of the one before. With `sessions` it goes on with what another left. */
  open(connections: number, { chance = 0, clock, sessions = new SessionMemory() }: Opening = {}): void {
    const { url: server, email, password } = this.simulator;
    const options = { server, email, password, company, connections, instanceId: 'here', network: { environment: {} } };
    const lab = clock === undefined ? {} : { clock, random: steadyRandom(chance) };
    this.log = new LogLines();
    const account = new OchnoAccount(options, { logger: this.log, sessions, ...lab });
    this.#account = account;
    this.opened.add({ close: () => account.close() });
  }

  get topics(): readonly string[] {
    return [...this.simulator.building.ports.values()]
      .filter(({ companyId }) => companyId === company)
      .map(({ locationId, hubId, id }) => `/ports/${company}/${locationId}/${hubId}/${id}`);
  }

  /** What each client id has been subscribed to. */
  get subscriptions(): readonly (readonly string[])[] {
    const byClient = new Map<string, string[]>();
    for (const { clientId, filters } of this.simulator.records.subscribes) {
      byClient.set(clientId, [...(byClient.get(clientId) ?? []), ...filters]);
    }
    return [...byClient.values()];
  }

  /** Waits until the stream is complete over so many connections; by the test's clock if there is one. */
  async connected(count: number, clock?: FakeClock): Promise<void> {
    const isConnected = (): boolean =>
      this.account.status(company).state === 'connected' && this.simulator.records.openConnections === count;
    const state = (): string => {
      const said = this.log.lines.map(({ message }) => message);
      return [JSON.stringify(this.account.status(company)), this.simulator.records.openConnections, ...said].join('\n');
    };
    await this.pass(isConnected, `${count} connections`, clock, state);
  }

  /** Waits for a condition, and lets the test's clock run meanwhile if there is one. */
  async pass(condition: () => boolean, what: string, clock?: FakeClock, state?: () => string): Promise<void> {
    const looked = async (): Promise<boolean> => {
      if (!condition()) await clock?.advance(200);
      return condition();
    };
    await eventually(looked, what, { timeoutMs: 40_000, longestPauseMs: 0, ...(state === undefined ? {} : { state }) });
  }

  /** Publishes events in a steady row, numbered by port: each has to come once, those of a port in order, and no gap. */
  async holds(events: EventLog, { perSecond, seconds, hasOutage = false, clock, during }: Load): Promise<void> {
    const all = this.topics;
    const from = events.events.length;
    const sent = new Map<string, number>();
    const publisher = new SteadyPublisher(perSecond, (index) => {
      const topic = all[index % all.length] ?? '';
      const n = (sent.get(topic) ?? 0) + 1;
      sent.set(topic, n);
      return this.simulator.publish(topic, JSON.stringify({ n }));
    });
    publisher.start();
    try {
      await Promise.all([delay(seconds * 1000), during?.()]);
    } finally {
      await publisher.stop();
    }
    const total = [...sent.values()].reduce((sum, n) => sum + n, 0);
    const came = (): number => events.events.length - from;
    const haveCome = async (): Promise<boolean> => {
      // As fast as time goes: what the broker sends again must not seem to come a minute late.
      if (came() < total) await clock?.advance(20);
      return came() >= total;
    };
    const state = (): string => `${came()} of ${total}`;
    await eventually(haveCome, 'all of them', { state, timeoutMs: 20_000 });
    // One that comes twice does so within this time.
    await delay(500);
    const arrived = new Map<string, number[]>();
    for (const { topic, data } of events.events.slice(from)) {
      arrived.set(topic, [...(arrived.get(topic) ?? []), Number(Object(data).n)]);
    }
    for (const [topic, numbers] of arrived) {
      if (hasOutage) numbers.sort((one, other) => one - other);
      const expected = Array.from({ length: sent.get(topic) ?? 0 }, (_, index) => index + 1);
      assert.deepEqual(numbers, expected, topic);
    }
    assert.deepEqual(events.gaps, []);
  }

  close(): Promise<void> {
    return this.opened.close();
  }
}
