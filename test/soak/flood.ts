import { setTimeout as delay } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../simulator';
import { Opened } from '../support/closing';
import { eventually } from '../support/eventually';
import { type Balance, Ledger } from '../support/ledger';
import { startMosquitto } from '../support/mosquitto';
import { SteadyPublisher } from '../support/steady-publisher';
import { FloodedFlow, type Taken } from './flooded-flow';
import { LogWatch } from './log-watch';
import { company } from './world';

/** What stands behind the simulator's gate: the broker it has built in, or a mosquitto. */
export type FloodBroker = 'built in' | 'mosquitto';

export interface FloodOptions {
  readonly seconds: number;
  readonly broker: FloodBroker;
  /** Told again and again how far it is, and what happens. */
  readonly progress?: (seconds: number, doing: string) => void;
  /** Gets every line that the package logs. */
  readonly log?: (line: string) => void;
}

export interface FloodReport extends Balance {
  /** Events that came after a later one of their port. */
  readonly disordered: readonly string[];
  /** Connections made, renewals among them. */
  readonly connects: number;
  /** How often a connection let go of filters that another one took over. */
  readonly moves: number;
  /** What the gate threw away: more than AWS passes on a connection. */
  readonly discarded: number;
  /** Whatever must not be; empty where all is well. */
  readonly breaches: readonly string[];
}

/** As a building of a thousand sensors has it, for as many nodes as a large flow. */
const eventsPerSecond = 700;
const nodes = 40;
const portsOfHub = 4;
const connections = 10;
/** Each of the ten connections is renewed so often. */
const credentialsSeconds = 40;
/** After so long people are elsewhere: half of the hubs have twice as much to say as the others, and it is another half. */
const crowdSeconds = 70;
/** More at once, after a turn that took long, the built-in broker works off by recursion, which ends some thousands deep. */
const mostUnderWay = 90;
/** No event takes longer than this, but one that is lost. */
const latestMs = 60_000;
/** AWS's bucket is empty after a second of it; what is told is told after ten more. */
const floodOfOneSeconds = 40;

/** A Node-RED in a flood that one connection can't carry. */
class Flood {
  readonly #options: FloodOptions;
  readonly #opened: Opened;
  readonly #simulator: Simulator;
  readonly #ledger = new Ledger();
  readonly #topics: readonly string[];
  readonly #log: LogWatch;
  readonly #lastOf = new Map<string, number>();
  readonly #disordered: string[] = [];
  /** Why events may be missing, and how often the flow was told. */
  readonly #gaps = new Map<string, number>();

  constructor(options: FloodOptions, simulator: Simulator, opened: Opened) {
    this.#options = options;
    this.#simulator = simulator;
    this.#opened = opened;
    this.#topics = [...simulator.building.ports.values()]
      .filter(({ companyId }) => companyId === company)
      .map(({ locationId, hubId, id }) => `/ports/${company}/${locationId}/${hubId}/${id}`);
    this.#log = new LogWatch(simulator.password, (line) => options.log?.(line));
  }

  /** On ten connections: each event once, those of a port in their order, nothing told of a gap. */
  async onTen(): Promise<FloodReport> {
    const { seconds, broker } = this.#options;
    const flow = await this.#open(connections);
    const { connects } = this.#simulator.records;
    const connectsBefore = connects.length;
    await this.#pour(flow, seconds, `${broker}, ${connections} connections`);
    const isComplete = async (): Promise<boolean> => {
      this.#book(await flow.take());
      return this.#ledger.missing === 0;
    };
    await eventually(isComplete, 'the last events', { timeoutMs: latestMs }).catch(() => undefined);
    this.#ledger.settle(Number.POSITIVE_INFINITY, []);
    await flow.close();
    const { balance } = this.#ledger;
    const renewals = connects.length - connectsBefore;
    const moves = this.#simulator.records.unsubscribes.length;
    const { discardedEvents } = this.#simulator.records;
    const breaches = [
      ...named('lost', balance.lost),
      ...named('doubled', balance.doubled),
      ...named('out of order', this.#disordered),
      ...this.#told([]),
      ...(this.#log.warnings > 0 ? [`${this.#log.warnings} warnings about nothing`] : []),
      ...(renewals < connections && seconds >= credentialsSeconds ? [`${renewals} renewals`] : []),
      ...(moves === 0 && seconds > 2 * crowdSeconds ? ['nothing has moved'] : []),
      ...(discardedEvents > 0 ? [`${discardedEvents} were more than passes on a connection`] : []),
      ...this.#log.breaches,
    ];
    return {
      ...balance,
      disordered: this.#disordered,
      connects: connects.length,
      moves,
      discarded: discardedEvents,
      breaches,
    };
  }

  /** On one connection the flow is told once that more came than is passed on. */
  async onOne(): Promise<readonly string[]> {
    const flow = await this.#open(1);
    await this.#pour(flow, floodOfOneSeconds, `${this.#options.broker}, one connection`);
    await flow.close();
    return [...this.#told(['rate']), ...this.#log.breaches].map((breach) => `on one connection: ${breach}`);
  }

  /** Resolves when there are so many connections and each hub has been subscribed to on one of them. */
  async #open(count: number): Promise<FloodedFlow> {
    const { records } = this.#simulator;
    const hubs = [...new Set(this.#topics.map((topic) => topic.split('/')[4] ?? ''))];
    const subscribesBefore = records.subscribes.length;
    const flow = this.#opened.add(await FloodedFlow.start(this.#simulator, hubs, count, this.#log));
    const isOpen = (): boolean => {
      const filters = records.subscribes.slice(subscribesBefore).flatMap((subscribe) => subscribe.filters);
      const isHeard = (hub: string): boolean => filters.some((filter) => filter.split('/')[4] === hub);
      return records.openConnections === count && hubs.every(isHeard);
    };
    await eventually(isOpen, `${count} connections`, { timeoutMs: latestMs });
    return flow;
  }

  async #pour(flow: FloodedFlow, seconds: number, doing: string): Promise<void> {
    const startMs = performance.now();
    const publish = (index: number): Promise<void> => {
      this.#ledger.published(String(index));
      const topic = this.#topicOf(index, (performance.now() - startMs) / 1000);
      return this.#simulator.publish(topic, String(index), 1);
    };
    const publisher = new SteadyPublisher(eventsPerSecond, publish, mostUnderWay);
    publisher.start();
    for (;;) {
      const passedMs = performance.now() - startMs;
      if (passedMs >= seconds * 1000) break;
      this.#book(await flow.take());
      this.#ledger.settle(Date.now() - latestMs, []);
      const { received, lost, doubled } = this.#ledger.balance;
      const count = `${received} events, ${lost.length} lost, ${doubled.length} doubled`;
      this.#options.progress?.(passedMs / 1000, `${doing} · ${count}`);
      await delay(1_000);
    }
    await publisher.stop();
    this.#book(await flow.take());
  }

  /** Every third event comes from where the crowd is, which makes connections even out what they carry. */
  #topicOf(index: number, passedSeconds: number): string {
    const { length } = this.#topics;
    const crowdAt = Math.floor(passedSeconds / crowdSeconds) * Math.round(length / 3);
    const place = index % 3 === 0 ? crowdAt + ((index / 3) % (length / 2)) : index;
    return this.#topics[place % length] ?? '';
  }

  #book({ events, gaps }: Taken): void {
    for (const [topic, payload] of events) {
      this.#ledger.received(payload);
      const index = Number(payload);
      if (index < (this.#lastOf.get(topic) ?? -1)) this.#disordered.push(payload);
      this.#lastOf.set(topic, index);
    }
    for (const reason of gaps) this.#gaps.set(reason, (this.#gaps.get(reason) ?? 0) + 1);
  }

  /** What was told differently: each of these reasons is to be told once for the tab, and no other. */
  #told(reasons: readonly string[]): readonly string[] {
    const wrong = [...this.#gaps].filter(([reason, times]) => !reasons.includes(reason) || times !== 1);
    const missing = reasons.filter((reason) => !this.#gaps.has(reason));
    return [
      ...wrong.map(([reason, times]) => `told ${times} times of a gap of reason ${reason}`),
      ...missing.map((reason) => `nobody was told of reason ${reason}`),
    ];
  }
}

/**
 * 700 events a second of one company for the forty nodes of a Node-RED, each of one hub, behind a gate that passes as much
 * on a connection as AWS does, with renewals: on ten connections, and then on one.
 */
export async function flood(options: FloodOptions): Promise<FloodReport> {
  const opened = new Opened();
  try {
    const mosquitto = options.broker === 'mosquitto' ? await startMosquitto() : undefined;
    if (mosquitto) opened.add({ close: () => mosquitto.stop() });
    const simulator = opened.add(
      await startSimulator({
        ...{ companies: 1, locations: 1, hubs: nodes, ports: portsOfHub },
        ...{ iotTtlSeconds: credentialsSeconds, dropAtExpiry: true },
        ...(mosquitto && { broker: { mosquittoPort: mosquitto.port } }),
      }),
    );
    const report = await new Flood(options, simulator, opened).onTen();
    const onOne = await new Flood(options, simulator, opened).onOne();
    return { ...report, breaches: [...report.breaches, ...onOne] };
  } finally {
    await opened.close();
  }
}

function named(what: string, keys: readonly string[]): readonly string[] {
  return keys.length === 0 ? [] : [`${keys.length} ${what}: ${keys.slice(0, 10).join()}`];
}
