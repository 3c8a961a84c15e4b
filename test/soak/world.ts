import { type Clock, OchnoAccount, type PortSubscriber, portTopic, SessionMemory } from '../../src';
import { type PortIds, type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { type Absence, Ledger } from '../support/ledger';
import { SteadyPublisher } from '../support/steady-publisher';
import { HeardTime } from './heard-time';
import { haveKeptSessions, KeptSessions, leftBehindBy } from './kept-sessions';
import { LogWatch } from './log-watch';

export const company = 'r2d2i5b43';
/** Credentials live this long for each connection: a rotation every six seconds. */
export const credentialsSeconds = 8;

/** After many failures there are two minutes between attempts, and the attempt takes its time. */
export const connectedAtLatestMs = 150_000;

export interface WorldOptions {
  readonly name: string;
  readonly simulator: SimulatorOptions;
  readonly clock: Clock;
  /** A subscriber for each of these locations, instead of one for the whole company. */
  readonly locations?: readonly string[];
  /** How many connections the company's stream may have. */
  readonly connections: number;
  /** Events a second. */
  readonly rate: number;
  /** The publisher's QoS for each event. */
  readonly qos: (index: number) => 0 | 1;
  /** When a span was that the account tells in the time of its clock. */
  readonly trueSpan: (told: Absence) => Absence;
  /** Gets every line of the account's log. */
  readonly log: (line: string) => void;
}

/** A platform that publishes, an account that listens, and the ledger between them. */
export class World {
  readonly name: string;
  readonly simulator: Simulator;
  readonly ledger = new Ledger();
  readonly log: LogWatch;
  readonly publisher: SteadyPublisher;
  /** What the account said was missing, in true time, and with reason. */
  readonly absences: Absence[] = [];
  readonly #options: WorldOptions;
  readonly #ports: readonly PortIds[];
  /** What acts did to what the broker keeps. */
  readonly kept = new KeptSessions();
  readonly #sessions = new SessionMemory();
  readonly #gaps: Absence[] = [];
  readonly #heardTime = new HeardTime();
  /** Since when each connection has had a session that the broker keeps. */
  #sessionsSinceMs: number | undefined;
  /** Those who want everything beside the usual ones, each with how it ends. */
  readonly #onlookers = new Map<symbol, () => void>();
  #isRedeploying = false;
  #account: OchnoAccount;

  private constructor(options: WorldOptions, simulator: Simulator) {
    this.name = options.name;
    this.simulator = simulator;
    this.#options = options;
    this.#ports = [...simulator.building.ports.keys()]
      .map((key) => simulator.building.address(key))
      .filter((port) => port.company === company);
    this.log = new LogWatch(simulator.password, (line) => this.#read(line));
    this.#account = this.#open();
    this.publisher = new SteadyPublisher(options.rate, (index) => this.#publish(index));
  }

  static async start(options: WorldOptions): Promise<World> {
    // A flood is to be delivered here: what AWS would discard no client can bring.
    const settings = {
      // Several connections are renewed one after another.
      iotTtlSeconds: credentialsSeconds * options.connections,
      connectionRate: 'unlimited' as const,
      ...options.simulator,
    };
    const simulator = await startSimulator(settings);
    // The harder case: AWS brings what it retains to exact filters only.
    simulator.fault('retained-on-wildcards');
    return new World(options, simulator);
  }

  get gaps(): number {
    return this.#gaps.length;
  }

  get isConnected(): boolean {
    return this.#account.status(company).state === 'connected';
  }

  connected(): Promise<unknown> {
    return eventually(() => this.isConnected, `${this.name} is connected`, { timeoutMs: connectedAtLatestMs });
  }

  /** As a deploy does it: everything closes, and opens again a little later. */
  async redeploy(pauseMs: number): Promise<void> {
    const startedMs = performance.now();
    this.#isRedeploying = true;
    await this.#account.close({ keepSessions: true });
    const tookMs = performance.now() - startedMs;
    // Two seconds are what closing may take; this computer may be busy with other things for as long again.
    if (tookMs > 4_000) this.log.breaches.push(`closing took ${Math.round(tookMs)} ms`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    this.log.beginAnew();
    this.#account = this.#open();
    this.#isRedeploying = false;
    for (const onlooker of this.#onlookers.keys()) this.#admit(onlooker);
  }

  /** Strikes the balance for what had so much time to arrive, silence not counted; the rest may still be on its way. */
  settle(neededMs: number): void {
    this.#lookAtSessions();
    const before = this.ledger.balance.lost.length;
    this.ledger.settle(this.#heardTime.momentBefore(neededMs, Date.now()), this.absences, absenceMarginMs);
    const lost = this.ledger.balance.lost.slice(before);
    if (lost.length > 0) this.#note(`lost ${lost.length}, from ${lost[0]} to ${lost.at(-1)}`);
  }

  /** After an act that forbade them, sessions are kept again once each connection has begun one, and been renewed by it. */
  #lookAtSessions(): void {
    if (this.kept.keeps || !haveKeptSessions(this.simulator.records.connects)) {
      this.#sessionsSinceMs = undefined;
      return;
    }
    const nowMs = Date.now();
    this.#sessionsSinceMs ??= nowMs;
    if (nowMs - this.#sessionsSinceMs > renewalMs) this.kept.keepsAgain();
  }

  async close(): Promise<void> {
    await this.publisher.stop().catch(() => undefined);
    await this.#account.close();
    await this.simulator.close();
  }

  #open(): OchnoAccount {
    const { url: server, email, password } = this.simulator;
    const { connections } = this.#options;
    const account = new OchnoAccount(
      { server, email, password, company, connections, instanceId: this.name, network: { environment: {} } },
      { clock: this.#options.clock, sessions: this.#sessions, logger: this.log },
    );
    for (const locations of this.#options.locations ?? [undefined]) {
      account.subscribe({ company, ...(locations && { locations: [locations] }) }, this.#subscriber());
    }
    return account;
  }

  #subscriber(): PortSubscriber {
    const { trueSpan } = this.#options;
    return {
      initial: 'none',
      onEvent: ({ data, kind }) => {
        // What is retained comes once more as the present state, which is not an event.
        if (kind === 'snapshot') return;
        const before = this.ledger.balance.doubled.length;
        this.#heardTime.heard(Date.now());
        this.ledger.received(String(data));
        if (this.ledger.balance.doubled.length > before) this.#note(`doubled ${data}`);
      },
      onUnreadable: ({ topic }) => this.log.breaches.push(`unreadable on ${topic}`),
      onGap: ({ from, to, reason }) => {
        // A flood is more than AWS passes, and this broker passes it all the same.
        if (reason !== 'rate') this.#takeGap(trueSpan({ from, to }));
      },
      onRefused: (error) => this.log.breaches.push(error.message),
    };
  }

  /** Each of the world's subscribers is told of a gap. */
  #takeGap(gap: Absence): void {
    const isKnown = this.#gaps.some(({ from, to }) => from === gap.from && to === gap.to);
    if (isKnown) return;
    this.#gaps.push(gap);
    if (gap.from > gap.to) this.log.breaches.push(`a gap that ends before it begins: ${gap.from} to ${gap.to}`);
    if (this.kept.explains(gap, absenceMarginMs)) this.absences.push(gap);
    else this.log.breaches.push(`a gap of ${gap.to - gap.from} ms where the broker kept everything: ${timesOf(gap)}`);
  }

  /** Another subscriber beside the usual ones, for everything, also after a redeploy, until the function returned is called. */
  alsoWantEverything(): () => void {
    const onlooker = Symbol('onlooker');
    this.#onlookers.set(onlooker, () => undefined);
    if (!this.#isRedeploying) this.#admit(onlooker);
    return () => {
      this.#onlookers.get(onlooker)?.();
      this.#onlookers.delete(onlooker);
    };
  }

  #admit(onlooker: symbol): void {
    const ignore = (): void => undefined;
    const subscriber = { onEvent: ignore, onUnreadable: ignore, onGap: ignore, onRefused: ignore };
    this.#onlookers.set(onlooker, this.#account.subscribe({ company }, { initial: 'none', ...subscriber }));
  }

  /** Publishes an event for each port that the broker retains. */
  async publishRetained(): Promise<void> {
    await this.publisher.beside(this.#ports.length, (index) => this.#publish(index, true));
  }

  /** A line of the account's log. */
  #read(line: string): void {
    this.#note(line);
    const left = leftBehindBy(line);
    if (left !== undefined) this.kept.left(this.#options.trueSpan(left));
  }

  #note(line: string): void {
    this.#options.log(`${this.name}: ${line}`);
  }

  async #publish(index: number, retain = false): Promise<void> {
    // Thousands are published; every hundredth tells when the others were.
    if (index % 100 === 0) this.#note(`publishes ${index}`);
    this.ledger.published(String(index));
    const port = this.#ports[index % this.#ports.length];
    if (port === undefined) throw new Error('the building has no ports');
    await this.simulator.publish(portTopic(port), String(index), this.#options.qos(index), retain);
  }
}

/** So long one that has no session may be beside its successor, which has one, and be what goes on. */
const renewalMs = 5_000;
/** An event published this long before the broker was last heard may not have been delivered by then. */
const absenceMarginMs = 500;

function timesOf({ from, to }: Absence): string {
  return `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
}
