import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, type NetworkOptions, OchnoAccount, type PortAddress, SessionMemory, systemClock } from '../../src';
import { checkAccountOptions } from '../../src/client/account-options';
import { type CompanyStream, companyStream } from '../../src/client/lanes/company-stream';
import { PlatformApi } from '../../src/client/rest/platform-api';
import type { CredentialSource } from '../../src/protocol/stream/stream-credentials';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { Opened } from '../support/closing';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { FakeClock, settle } from '../support/fake-clock';
import { LogLines } from '../support/log-lines';
import { type Script, type ScriptedBroker, startScriptedBroker } from '../support/scripted-broker';
import { company, portOf } from '../support/simulated-office';
import { steadyRandom } from '../support/steady-random';
import { TcpProxy } from '../support/tcp-proxy';

export { company, portOf };

export interface ActorOptions {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly sessions?: SessionMemory;
  readonly instanceId?: string;
  readonly network?: NetworkOptions;
  readonly password?: string;
  readonly server?: string;
  readonly initial?: EventLog['initial'];
}

export interface StreamParts {
  readonly clock?: Clock;
  /** Makes the stream's credentials of the account's. */
  readonly credentials?: (source: CredentialSource) => CredentialSource;
}

export interface BareStream {
  readonly stream: CompanyStream;
  readonly events: EventLog;
  readonly log: LogLines;
}

/** An account with one subscriber to all ports of the company, and what it said. */
export interface Actor {
  readonly account: OchnoAccount;
  readonly events: EventLog;
  readonly log: LogLines;
}

/** Where a fault test is set up: everything started here is closed after the test, whatever happened. */
export class Stage {
  readonly opened = new Opened();
  /** Stands still until a test moves it; sockets work in real time. */
  clock = new FakeClock(Date.now());

  close(): Promise<void> {
    return this.opened.close();
  }

  /** A simulator; the stage's clock is set to the simulator's, the computer's. */
  async platform(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = this.opened.add(await startSimulator(options));
    this.clock = new FakeClock(Date.now());
    return simulator;
  }

  /** An account on the stage's clock that waits the shortest time before every retry. It has done nothing yet. */
  account(simulator: Pick<Simulator, 'url' | 'email' | 'password' | 'ca'>, options: ActorOptions = {}): Actor {
    const {
      clock = this.clock,
      random = steadyRandom(0),
      sessions = new SessionMemory(),
      instanceId = 'here',
    } = options;
    const log = new LogLines();
    const account = new OchnoAccount(
      {
        server: options.server ?? simulator.url,
        email: simulator.email,
        password: options.password ?? simulator.password,
        company,
        instanceId,
        network: {
          environment: {},
          ...(simulator.ca === undefined ? {} : { tls: { ca: simulator.ca } }),
          ...options.network,
        },
      },
      { clock, random, sessions, logger: log },
    );
    this.opened.add({ close: () => this.finish(account) });
    return { account, log, events: new EventLog(options.initial) };
  }

  /** An account that is subscribed to all of the company's ports, or tries to be. */
  actor(simulator: Parameters<Stage['account']>[0], options: ActorOptions = {}): Actor {
    const actor = this.account(simulator, options);
    actor.account.subscribe({ company }, actor.events);
    return actor;
  }

  /** Likewise, and waits until it is. */
  async connected(simulator: Parameters<Stage['account']>[0], options: ActorOptions = {}): Promise<Actor> {
    const actor = this.actor(simulator, options);
    await this.reach(actor, 'connected');
    return actor;
  }

  /** Waits in real time until the company's stream is in this state. */
  async reach({ account, log }: Actor, state: string): Promise<void> {
    const present = (): string => account.status(company).state;
    await eventually(() => present() === state, `the stream is ${state}`, {
      state: () => `It is ${present()}. ${log.lines.map(({ message }) => message).join('\n')}`,
    });
  }

  /**
   * Lets the stage's clock run until the condition holds, with several turns of the event loop to each tenth of a
   * second: what happens on this computer's sockets is always much faster than any of the client's deadlines.
   */
  async pass(condition: () => unknown, what: string, stepMs = 100): Promise<void> {
    await eventually(
      async () => {
        if (condition()) return true;
        await this.clock.advance(stepMs);
        return condition();
      },
      what,
      { timeoutMs: 15_000, longestPauseMs: 0 },
    );
  }

  /** Lets the stage's clock run until the stream is in this state. */
  passUntil(actor: Actor, state: string): Promise<void> {
    return this.pass(() => actor.account.status(company).state === state, `the stream is ${state}`);
  }

  /** Closes an account on the stage's clock; says how much time by that clock it took, in ms. */
  finish(account: OchnoAccount, options: { keepSessions?: boolean } = {}): Promise<number> {
    return this.#finish({ close: () => account.close(options) });
  }

  async #finish(thing: { close(): Promise<void> }): Promise<number> {
    const startMs = this.clock.monotonicMs();
    let isClosed = false;
    const closing = thing.close().finally(() => {
      isClosed = true;
    });
    while (!isClosed) {
      await delay(1);
      await settle();
      if (!isClosed) await this.clock.advance(50);
    }
    await closing;
    return this.clock.monotonicMs() - startMs;
  }

  /** The company's stream by itself: with a keep-alive shorter than an account may have, or with odd credentials. */
  stream(simulator: Simulator, keepaliveSeconds: number, parts: StreamParts = {}): BareStream {
    const { clock = systemClock, credentials = (source: CredentialSource) => source } = parts;
    const { url: server, email, password } = simulator;
    const network = { environment: {} };
    const log = new LogLines();
    const random = steadyRandom(0);
    const memory = new SessionMemory();
    const nothing = (): void => undefined;
    const api = new PlatformApi({
      ...checkAccountOptions({ server, email, password, network }),
      ...{ clock, random, log, onAnswer: nothing, onRefused: nothing },
      portNames: async () => () => undefined,
    });
    const stream = companyStream({
      connections: 1,
      ...{ company, streamId: 'a-stream', credentials: credentials(api.credentials(company)), network },
      ...{ keepaliveSeconds, memory, clock, random, log, onStatus: nothing, onGap: nothing },
      readSnapshot: async () => [],
      readHubs: async () => [],
    });
    const ends = { close: () => Promise.all([stream.close(false), api.close()]).then(nothing) };
    this.opened.add({ close: () => this.#finish(ends) });
    const events = new EventLog();
    stream.subscribe({ company }, events);
    stream.start();
    return { stream, events, log };
  }

  /** A proxy between clients and the simulator's gateway; `iotAccess` names it from now on. */
  async proxied(simulator: Simulator): Promise<TcpProxy> {
    const proxy = this.opened.add(await TcpProxy.start(simulator.gatewayPort));
    simulator.fault('iot-access-fields', JSON.stringify({ port: proxy.port }));
    return proxy;
  }

  /** A proxy in front of the simulator's HTTP API, and the simulator as seen through it. */
  async proxiedApi(simulator: Simulator): Promise<{ tcp: TcpProxy; seen: Parameters<Stage['account']>[0] }> {
    const tcp = this.opened.add(await TcpProxy.start(Number(new URL(simulator.url).port)));
    const { email, password } = simulator;
    return { tcp, seen: { url: `http://127.0.0.1:${tcp.port}`, email, password } };
  }

  /** A scripted broker in the place of the simulator's gateway. */
  async scripted(simulator: Simulator, script: Script = {}): Promise<ScriptedBroker> {
    const broker = this.opened.add(await startScriptedBroker(script));
    simulator.fault('iot-access-fields', JSON.stringify({ host: '127.0.0.1', port: broker.port, protocol: 'ws' }));
    return broker;
  }
}

/** What `emit` gave an event under `data.n`, for every event that arrived, in order. */
export function numbersOf(events: EventLog): unknown[] {
  return events.events.map(({ data }) => readNumber(data));
}

function readNumber(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('data' in data)) return undefined;
  const inner = data.data;
  return typeof inner === 'object' && inner !== null && 'n' in inner ? inner.n : undefined;
}

/** Waits until these numbers have arrived, in any order and no other, and stay so for a turn. */
export async function arrived(events: EventLog, numbers: readonly unknown[]): Promise<void> {
  await eventually(() => events.events.length >= numbers.length, `${numbers.length} events arrive`, {
    state: () => `${JSON.stringify(numbersOf(events))} did.`,
  });
}

export function ports(simulator: Simulator, count: number): readonly PortAddress[] {
  return Array.from({ length: count }, (_, index) => portOf(simulator, index));
}

/** The lines at `warn` and above, which a user sees. */
export function warnings({ log }: Pick<Actor, 'log'>): readonly string[] {
  return log.lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message);
}
