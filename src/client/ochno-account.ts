import { randomUUID } from 'node:crypto';
import { OchnoError } from '../protocol/ochno-error';
import { checkSelector, type PortAddress, type PortSelector, portTopic } from '../protocol/topics/address';
import { checkId } from '../protocol/topics/ids';
import { type AccountOptions, checkAccountOptions } from './account-options';
import { AccountPorts } from './account-ports';
import { AccountResources, type AccountResourcesParts } from './account-resources';
import type { ActionCommand, ActionOutcome } from './commands/action-command';
import { Actions, type CommandTally } from './commands/actions';
import type { HeldSubscription, PortSubscriber } from './events/port-subscriber';
import { type AccountLists, PlatformLists } from './lists/platform-lists';
import { type Logger, silentLogger } from './logger';
import { SharedLogIns } from './rest/platform-api';
import type { ResourceCall, RestRequest, RestResponse } from './rest/rest-request';
import { SessionMemory } from './stream/port-stream';
import { type ConnectionStatus, type StreamVitals, worstStatus } from './stream/stream-status';
import { type Clock, systemClock } from './time/clock';

export { SharedLogIns } from './rest/platform-api';

export interface AccountDependencies {
  readonly clock?: Clock | undefined;
  /** Random numbers from 0 to below 1. */
  readonly random?: (() => number) | undefined;
  readonly logger?: Logger | undefined;
  /** Shared by the accounts of one process: with it, one that is closed and opened anew resumes its streams' sessions. */
  readonly sessions?: SessionMemory | undefined;
  /** Shared by the accounts of one process: those that are the same user at the same server log in once. */
  readonly logIns?: SharedLogIns | undefined;
}

/** Who uses the account, or the stream of a company. */
interface Use {
  users: number;
  /** How many of them only look on. */
  onlookers: number;
  /** Without users it ends soon. */
  cancelGrace: () => void;
}

/** How long something without users stays open: in a deploy the last node goes moments before the first one comes. */
const graceMs = 1_000;

/**
 * An account of the platform: one log-in, one REST client, and one stream for each company in use, whoever uses them.
 * What is used first opens, what was used last closes.
 *
 * ```ts
 * const account = new OchnoAccount({ server: 'https://operated.ochno.com', email, password });
 * const { body } = await account.request({ method: 'GET', path: '/api/companies' });
 * const stop = account.subscribe({ company: 'r2d2i5b43' }, { initial: 'none', onEvent: ({ topic, data }) => …, … });
 * await account.send({ targets: [port], command: 'lamp', value: 40, confirm: false, timeoutMs: 30_000 });
 * await account.close();
 * ```
 */
export class OchnoAccount {
  readonly #parts: AccountResourcesParts;
  readonly #statusListeners = new Set<() => void>();
  /** By company; that of the account itself under the empty name. */
  readonly #uses = new Map<string, Use>();
  #life: AccountResources | undefined;
  #actions: Actions | undefined;
  #closing: Promise<void> | undefined;

  /** @throws {OchnoError} OCHNO_VALUE that names the option which can't be used. Nothing is sent before the first use. */
  constructor(options: AccountOptions, dependencies: AccountDependencies = {}) {
    const checked = checkAccountOptions(options);
    const { clock = systemClock, random = Math.random, logger: log = silentLogger } = dependencies;
    this.#parts = {
      ...{ options: checked, instanceId: checked.instanceId ?? randomUUID(), clock, random, log },
      lists: new PlatformLists({ request: (request) => this.request(request), clock, random, log }),
      logIns: dependencies.logIns ?? new SharedLogIns(),
      memory: dependencies.sessions ?? new SessionMemory(),
      onStatus: () => this.#tellStatus(),
      onGap: (company) => this.#actions?.markStale(company),
    };
  }

  /** The company meant where none is named. */
  get company(): string | undefined {
    return this.#parts.options.company;
  }

  /** One call of the platform's HTTP API; logs in when needed. Throws as `RestClient.request` does. */
  async request(request: RestRequest): Promise<RestResponse> {
    return this.#alive().api.request(request);
  }

  /** One operation on one of the platform's resources. Throws as `ResourceClient.call` does. */
  async call(call: ResourceCall): Promise<RestResponse> {
    return this.#alive().api.call(call);
  }

  /** What the platform lists: companies, and in each its locations, floor plans, hubs and ports. */
  get lists(): AccountLists {
    return this.#parts.lists;
  }

  /**
   * Delivers the events of the ports selected until the function returned is called.
   *
   * @throws {OchnoError} `OCHNO_VALUE` for an id that can't be used
   */
  subscribe(selector: PortSelector, subscriber: PortSubscriber): () => void {
    checkSelector(selector);
    const { company } = selector;
    const onlookers = subscriber.isOnlooker ? 1 : 0;
    this.#hold(company, onlookers);
    // There may be thousands of these: nothing else is to be held by each.
    let subscription: HeldSubscription | undefined = this.#alive().stream(company).subscribe(selector, subscriber);
    return () => {
      const ended = subscription;
      if (ended === undefined) return;
      subscription = undefined;
      ended.end();
      this.#release(company, onlookers);
    };
  }

  /** Carries out one action command; see `Actions.send`. */
  async send(command: ActionCommand): Promise<ActionOutcome> {
    return this.#commands().send(command);
  }

  /** Lets a lamp blink three times, so that it can be found by eye; see `Actions.identify`. */
  async identify(address: PortAddress): Promise<boolean> {
    return this.#commands().identify(address);
  }

  /** What became of the commands to the ports of a company since the account was opened. */
  commandTally(company: string): CommandTally {
    return this.#actions?.tally(company) ?? { sent: 0, waiting: 0, failed: 0 };
  }

  /**
   * Keeps the last state of the port's lamp at hand, so that a relative command finds it, until the function is called.
   *
   * @throws {OchnoError} `OCHNO_VALUE` for an address that no port can have
   */
  follow(address: PortAddress): () => void {
    portTopic(address);
    return this.#commands().follow(address);
  }

  /** Keeps the account open and, where a company is named, its stream, until the function returned is called. */
  use(company?: string): () => void {
    this.#hold(company);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#release(company);
    };
  }

  /** What a user is told of the company's stream; without a company, of the account as a whole. */
  status(company?: string): ConnectionStatus {
    const life = this.#life;
    if (life === undefined) return { state: 'unused' };
    const meant = company === undefined ? [...life.streams.keys()].filter((name) => this.#isInUse(name)) : [company];
    const [first, ...others] = meant.flatMap((name) => life.streams.get(name)?.status ?? []);
    const worst = first === undefined ? undefined : worstStatus(first, ...others);
    if (life.api.isRefused && worst?.state !== 'connected') return { state: 'log-in refused' };
    if (worst !== undefined) return worst;
    return life.hasAnswered ? { state: 'connected' } : { state: 'unused' };
  }

  /** How each of the streams in use is doing. */
  vitals(): readonly StreamVitals[] {
    return [...(this.#life?.streams.values() ?? [])].map(({ vitals }) => vitals);
  }

  /** Calls `listener` whenever some status may have changed; the function returned ends that. */
  onStatus(listener: () => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /**
   * Ends everything: commands under way get their outcome, the streams say goodbye, the token is given back. Bounded in
   * time, and safe to call more than once. With `keepSessions` the broker goes on queueing events of QoS 1 for an
   * account of the same `instanceId` that is opened soon, as after a redeploy.
   */
  close(options: { readonly keepSessions?: boolean } = {}): Promise<void> {
    for (const { cancelGrace } of this.#uses.values()) cancelGrace();
    this.#parts.lists.close();
    this.#closing ??= this.#end(options.keepSessions ?? false);
    return this.#closing;
  }

  async #end(keepSessions: boolean): Promise<void> {
    const life = this.#life;
    const actions = this.#actions;
    this.#life = undefined;
    this.#actions = undefined;
    await actions?.close();
    await life?.close(keepSessions);
  }

  #alive(): AccountResources {
    if (this.#closing !== undefined) throw new OchnoError('OCHNO_CLOSED', 'The account was closed.');
    this.#life ??= new AccountResources(this.#parts);
    return this.#life;
  }

  #commands(): Actions {
    this.#alive();
    this.#actions ??= new Actions({
      clock: this.#parts.clock,
      ports: new AccountPorts(this, (company) => this.#alive().stream(company).settled()),
      useStream: (company) => ({ end: this.use(company), channel: this.#alive().stream(company) }),
    });
    return this.#actions;
  }

  /** Whether a stream is there for somebody who does more than look on. */
  #isInUse(company: string): boolean {
    const { users, onlookers } = this.#useOf(company);
    return users > onlookers;
  }

  #hold(company: string | undefined, onlookers = 0): void {
    if (company !== undefined) checkId('company', company);
    this.#begin('', 0);
    if (company === undefined) return;
    this.#begin(company, onlookers);
    this.#alive().stream(company);
  }

  #release(company: string | undefined, onlookers = 0): void {
    if (company !== undefined) this.#leave(company, onlookers, () => this.#life?.closeStream(company, false));
    this.#leave('', 0, () => void this.#end(false).then(() => this.#tellStatus()));
  }

  #begin(name: string, onlookers: number): void {
    const use = this.#useOf(name);
    use.users += 1;
    use.onlookers += onlookers;
    use.cancelGrace();
  }

  #leave(name: string, onlookers: number, end: () => void): void {
    const use = this.#useOf(name);
    use.users -= 1;
    use.onlookers -= onlookers;
    if (use.users === 0 && this.#closing === undefined) use.cancelGrace = this.#parts.clock.after(graceMs, end);
  }

  #useOf(name: string): Use {
    const use = this.#uses.get(name) ?? { users: 0, onlookers: 0, cancelGrace: () => undefined };
    this.#uses.set(name, use);
    return use;
  }

  #tellStatus(): void {
    for (const listener of [...this.#statusListeners]) listener();
  }
}
