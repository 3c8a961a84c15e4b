import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src';
import { eventually } from '../support/eventually';
import type { Balance } from '../support/ledger';
import { startMosquitto } from '../support/mosquitto';
import { TcpProxy } from '../support/tcp-proxy';
import { ActDealer, acts, type Theatre } from './acts';
import { MovingAccount } from './moving-account';
import { seededRandom } from './seeded-random';
import { StormClock } from './storm-clock';
import { growth, megabytes, takeVitals, type Vitals } from './vitals';
import { connectedAtLatestMs, credentialsSeconds, World } from './world';

export interface StormOptions {
  readonly seconds: number;
  readonly seed: number;
  /** How many connections the streams may have: one if this is missing. */
  readonly connections?: number | undefined;
  /** A line about once a minute. */
  readonly report?: (line: string) => void;
  /** Told again and again how far it is, and what happens. */
  readonly progress?: (seconds: number, doing: string) => void;
  /** Gets every act and every line of the accounts' logs. */
  readonly log?: (line: string) => void;
}

export interface WorldReport extends Balance {
  readonly name: string;
  readonly connects: number;
  readonly gaps: number;
  readonly warnings: number;
}

export interface StormReport {
  readonly acts: Readonly<Record<string, number>>;
  readonly worlds: readonly WorldReport[];
  readonly vitals: { readonly first: Vitals; readonly last: Vitals };
  /** Whatever must not be; empty where all is well. */
  readonly breaches: readonly string[];
}

const stormRate = 60;
const calmRate = 100;
/** Before the first pulse everything has been loaded and tried. */
const warmUpSeconds = 12;
const pulseMs = credentialsSeconds * 1000;
/** No event takes longer than this while others arrive, but one that is lost: one connection may be away while others are there. */
const latestMs = connectedAtLatestMs;
/** At the end, what is still on its way has this long. */
const drainMs = 45_000;

/**
 * A seeded storm over one stream behind mosquitto, and beside it a calm one whose connections only rotate, with publishers
 * of QoS 0 and 1. Keeps the ledger of both, reads every log line, and watches what must not grow.
 */
export async function storm(options: StormOptions): Promise<StormReport> {
  const ends: (() => Promise<unknown>)[] = [];
  const warnings: string[] = [];
  const warned = (warning: Error): void => {
    warnings.push(`${warning.name}: ${warning.message}`);
  };
  process.on('warning', warned);
  try {
    const mosquitto = await startMosquitto();
    ends.push(() => mosquitto.stop());
    const moving = await MovingAccount.start(options.log ?? ignore);
    ends.push(() => moving.close());
    const theatre = await setUp(options, { mosquitto, moving }, ends);
    const calm = await calmWorld(options);
    ends.push(() => calm.close());
    const run = new StormRun(options, theatre, calm);
    return await run.finish(await run.blow(), warnings);
  } finally {
    process.removeListener('warning', warned);
    for (const end of ends.reverse()) await end();
  }
}

async function setUp(
  { seed, connections = 1, log = ignore }: StormOptions,
  { mosquitto, moving }: Pick<Theatre, 'mosquitto' | 'moving'>,
  ends: (() => Promise<unknown>)[],
): Promise<Theatre> {
  const clock = new StormClock();
  const world = await World.start({
    name: 'storm',
    simulator: { broker: { mosquittoPort: mosquitto.port } },
    locations: ['loc1', 'loc2'],
    clock,
    connections,
    rate: stormRate,
    qos: () => 1,
    trueSpan: (told) => clock.trueSpan(told),
    log,
  });
  ends.push(() => world.close());
  const proxy = await TcpProxy.start(world.simulator.gatewayPort);
  ends.push(() => proxy.close());
  world.simulator.fault('iot-access-fields', JSON.stringify({ port: proxy.port }));
  return { world, mosquitto, moving, proxy, clock, random: seededRandom(seed) };
}

function calmWorld({ connections = 1, log = ignore }: StormOptions): Promise<World> {
  return World.start({
    name: 'calm',
    simulator: { dropAtExpiry: true },
    clock: systemClock,
    connections,
    rate: calmRate,
    qos: (index) => (index % 2 === 0 ? 0 : 1),
    trueSpan: (told) => told,
    log,
  });
}

/** One storm from its first act to its report. */
class StormRun {
  readonly #options: StormOptions;
  readonly #theatre: Theatre;
  readonly #worlds: readonly World[];
  /** With the one that lives in a Node-RED. */
  readonly #all: readonly (World | MovingAccount)[];
  readonly #acts: Record<string, number> = {};
  readonly #dealer: ActDealer;
  readonly #startMs = performance.now();
  #minute = 0;

  constructor(options: StormOptions, theatre: Theatre, calm: World) {
    this.#options = options;
    this.#theatre = theatre;
    this.#dealer = new ActDealer(theatre.random);
    this.#worlds = [theatre.world, calm];
    this.#all = [...this.#worlds, theatre.moving];
  }

  /** All acts; resolves with the pulse after the first ones. */
  async blow(): Promise<Vitals> {
    await Promise.all(this.#all.map((world) => world.connected()));
    for (const { publisher } of this.#all) publisher.start();
    await this.#actUntil(Math.min(warmUpSeconds, this.#options.seconds / 3));
    const first = await this.#pulse();
    await this.#actUntil(this.#options.seconds);
    return first;
  }

  async finish(first: Vitals, warnings: readonly string[]): Promise<StormReport> {
    const last = await this.#pulse();
    this.#options.progress?.(this.#options.seconds, 'the last events arrive');
    await Promise.all(this.#all.map(({ publisher }) => publisher.stop()));
    for (const world of this.#all) {
      const isComplete = (): boolean => {
        if (world instanceof MovingAccount) world.takeStock();
        return world.ledger.missing === 0;
      };
      await eventually(isComplete, 'the last events', { timeoutMs: drainMs }).catch(() => undefined);
      world.settle(0);
    }
    const { connections = 1 } = this.#options;
    const breaches = [
      ...warnings,
      ...growth(first, last, connections),
      ...this.#all.flatMap((world) => this.#breachesOf(world)),
    ];
    return { acts: this.#acts, worlds: this.#all.map(reportOf), vitals: { first, last }, breaches };
  }

  async #actUntil(second: number): Promise<void> {
    const { random } = this.#theatre;
    while (this.#seconds < second) {
      const names = this.#dealer.next();
      for (const name of names) this.#acts[name] = (this.#acts[name] ?? 0) + 1;
      this.#options.log?.(`act: ${names.join(' and ')}`);
      this.#options.progress?.(this.#seconds, names.join(' and '));
      await Promise.all(names.map((name) => acts[name]?.act(this.#theatre)));
      await delay(random() * 2_500);
      this.#report();
    }
  }

  /** Lets everything come to rest first. */
  async #pulse(): Promise<Vitals> {
    const { proxy, clock } = this.#theatre;
    this.#options.progress?.(this.#seconds, 'everything comes to rest');
    await proxy.accept();
    proxy.heal();
    await Promise.all(this.#worlds.map((world) => world.connected()));
    return takeVitals(clock, pulseMs);
  }

  get #seconds(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  #report(): void {
    for (const world of this.#all) world.settle(latestMs);
    if (this.#seconds < (this.#minute + 1) * 60) return;
    this.#minute += 1;
    const heap = megabytes(process.memoryUsage().heapUsed);
    for (const world of this.#all) {
      const { name, published, received, lost, doubled, excused, gaps, connects, warnings } = reportOf(world);
      this.#options.report?.(
        `minute ${this.#minute} ${name}: published ${published}, received ${received}, lost ${lost.length}, ` +
          `in ${gaps} gaps ${excused}, doubled ${doubled.length}; ${connects} connections, ${warnings} warnings; ${heap}`,
      );
    }
  }

  #breachesOf(world: World | MovingAccount): readonly string[] {
    const { lost, doubled } = world.ledger.balance;
    const ofLedger = [
      ...(lost.length > 0 ? [`${world.name}: ${lost.length} lost: ${lost.slice(0, 10).join()}`] : []),
      ...(doubled.length > 0 ? [`${world.name}: ${doubled.length} doubled: ${doubled.slice(0, 10).join()}`] : []),
    ];
    if (world instanceof MovingAccount)
      return [...ofLedger, ...world.complaints.map((line) => `${world.name}: ${line}`)];
    const isCalm = world !== this.#theatre.world;
    return [
      ...ofLedger,
      ...(isCalm && world.gaps > 0 ? [`${world.name}: ${world.gaps} gaps where nothing happened`] : []),
      ...(isCalm && world.log.warnings > 0 ? [`${world.name}: ${world.log.warnings} warnings about nothing`] : []),
      ...world.log.breaches.map((breach) => `${world.name}: ${breach}`),
    ];
  }
}

function reportOf(world: World | MovingAccount): WorldReport {
  const { name, simulator } = world;
  const connects = simulator.records.connects.length;
  const said =
    world instanceof MovingAccount
      ? { gaps: 0, warnings: world.complaints.length }
      : { gaps: world.gaps, warnings: world.log.warnings };
  return { name, ...said, connects, ...world.ledger.balance };
}

function ignore(): void {
  return;
}
