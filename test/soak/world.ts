import { type Clock, OchnoAccount, type PortSubscriber, portTopic, SessionMemory } from '../../src';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { type Absence, Ledger } from '../support/ledger';
import { SteadyPublisher } from '../support/steady-publisher';
import { LogWatch } from './log-watch';

export const company = 'r2d2i5b43';
/** Credentials live this long: a rotation every three seconds. */
export const credentialsSeconds = 4;
const portCount = 16;

export interface WorldOptions {
  readonly name: string;
  readonly simulator: SimulatorOptions;
  readonly clock: Clock;
  /** Events a second. */
  readonly rate: number;
  /** The publisher's QoS for each event. */
  readonly qos: (index: number) => 0 | 1;
  /** The true time at which the account's clock showed this one. */
  readonly trueTime: (shownMs: number) => number;
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
  /** What the account said was missing, in true time. */
  readonly absences: Absence[] = [];
  readonly #options: WorldOptions;
  readonly #sessions = new SessionMemory();
  #gaps = 0;
  #account: OchnoAccount;

  private constructor(options: WorldOptions, simulator: Simulator) {
    this.name = options.name;
    this.simulator = simulator;
    this.#options = options;
    this.log = new LogWatch(simulator.password, (line) => this.#note(line));
    this.#account = this.#open();
    this.publisher = new SteadyPublisher(options.rate, (index) => this.#publish(index));
  }

  static async start(options: WorldOptions): Promise<World> {
    // A flood is to be delivered here: what AWS would discard no client can bring.
    const settings = { iotTtlSeconds: credentialsSeconds, connectionRate: 'unlimited' as const, ...options.simulator };
    return new World(options, await startSimulator(settings));
  }

  get gaps(): number {
    return this.#gaps;
  }

  get isConnected(): boolean {
    return this.#account.status(company).state === 'connected';
  }

  connected(timeoutMs = 60_000): Promise<unknown> {
    return eventually(() => this.isConnected, `${this.name} is connected`, { timeoutMs });
  }

  /** As a deploy does it: everything closes, and opens again a little later. */
  async redeploy(pauseMs: number): Promise<void> {
    const startedMs = performance.now();
    await this.#account.close({ keepSessions: true });
    const tookMs = performance.now() - startedMs;
    // Two seconds are what closing may take; this computer may be busy with other things for as long again.
    if (tookMs > 4_000) this.log.breaches.push(`closing took ${Math.round(tookMs)} ms`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    this.log.beginAnew();
    this.#account = this.#open();
  }

  /** Strikes the balance for what is older than this; what may still be on its way is younger. */
  settle(olderThanMs: number): void {
    const before = this.ledger.balance.lost.length;
    this.ledger.settle(Date.now() - olderThanMs, this.absences, absenceMarginMs);
    const lost = this.ledger.balance.lost.slice(before);
    if (lost.length > 0) this.#note(`lost ${lost.length}, from ${lost[0]} to ${lost.at(-1)}`);
  }

  async close(): Promise<void> {
    await this.publisher.stop().catch(() => undefined);
    await this.#account.close();
    await this.simulator.close();
  }

  #open(): OchnoAccount {
    const { url: server, email, password } = this.simulator;
    const account = new OchnoAccount(
      { server, email, password, company, instanceId: this.name, network: { environment: {} } },
      { clock: this.#options.clock, sessions: this.#sessions, logger: this.log },
    );
    account.subscribe({ company }, this.#subscriber());
    return account;
  }

  #subscriber(): PortSubscriber {
    const { trueTime } = this.#options;
    return {
      initial: 'none',
      onEvent: ({ data }) => {
        const before = this.ledger.balance.doubled.length;
        this.ledger.received(String(data));
        if (this.ledger.balance.doubled.length > before) this.#note(`doubled ${data}`);
      },
      onUnreadable: ({ topic }) => this.log.breaches.push(`unreadable on ${topic}`),
      onGap: ({ from, to }) => {
        this.#gaps += 1;
        this.absences.push({ from: trueTime(from), to: trueTime(to) });
      },
      onRefused: (error) => this.log.breaches.push(error.message),
    };
  }

  #note(line: string): void {
    this.#options.log(`${this.name}: ${line}`);
  }

  async #publish(index: number): Promise<void> {
    // Thousands are published; every hundredth tells when the others were.
    if (index % 100 === 0) this.#note(`publishes ${index}`);
    this.ledger.published(String(index));
    const ports = [...this.simulator.building.ports.values()].filter(({ companyId }) => companyId === company);
    const port = ports[index % portCount];
    if (port === undefined) throw new Error('the building has too few ports');
    const address = this.simulator.building.address(port.id);
    await this.simulator.publish(portTopic(address), String(index), this.#options.qos(index));
  }
}

/** An event published this long before the broker was last heard may not have been delivered by then. */
const absenceMarginMs = 500;
