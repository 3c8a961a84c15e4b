import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../simulator';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { officeCredentials, officeFlow } from './office-flow';
import { secretIn } from './secrets';

/** Credentials live this long: a renewal every one and a half seconds. */
const credentialsSeconds = 2;
/** A token lives this long: a new log-in every few renewals. */
const tokenSeconds = 5;
const wrongPassword = 'not the password of this account';
const lamp = { company: 'r2d2i5b43', location: 'loc1', hub: 'hub1', port: 'port1' };

interface Use {
  readonly path: string;
  readonly body?: object;
}

const calls: readonly object[] = [
  {},
  { resource: 'ports', operation: 'get', id: 'port1' },
  { resource: 'hubs', operation: 'get', id: 'no such hub' },
  { resource: 'custom', operation: 'request', path: '/api/fails' },
  { resource: 'custom', operation: 'request', path: '//elsewhere.example/api' },
  { resource: 'metrics', operation: 'list', id: 'temperature', query: { from: '-1h', portId: 'port2' } },
];

/** Each lamp is one person's: a command that a newer one replaces has no answer. */
function lampUses(at: object, values: readonly unknown[]): readonly Use[] {
  return values.map((payload) => ({ path: 'lamp', body: { payload, ochno: { ...lamp, ...at } } }));
}

/** What each of several people does, one thing after another. */
const users: readonly (readonly Use[])[] = [
  lampUses({}, [40, 'off', 'on', 'toggle']),
  lampUses({ hub: 'hub2', port: 'port5' }, ['+10', { level: 30, temp: 3000, transition: 1 }]),
  lampUses({ location: 'loc2', hub: 'hub3', port: 'port9' }, ['bright', {}, null]),
  lampUses({ port: 'a//b' }, [1]),
  calls.map((rest) => ({ path: 'rest', body: { ochno: { rest } } })),
  [
    { path: 'locked' },
    { path: 'flows' },
    { path: 'nodes/messages?lng=en-US' },
    { path: 'credentials/ochno-config/account1' },
    { path: 'settings' },
    { path: 'diagnostics' },
  ],
];

/** What goes wrong for a while as the day goes by. */
const troubles: readonly ((simulator: Simulator, on: boolean) => void)[] = [
  (simulator, on) => simulator.fault('rest-error', on && '500;path=hubs'),
  (simulator, on) => simulator.fault('iot-access-garbage', on),
  (simulator, on) => simulator.fault('upgrade-forbidden', on),
  (simulator, on) => simulator.fault('upgrade-expired', on),
  (simulator, on) => simulator.fault('iot-access-fields', on && '{"host":"no such host"}'),
  (simulator, on) => simulator.fault('login-error', on),
  (simulator, on) => on && simulator.dropConnections('reset'),
  (simulator, on) => on && simulator.revokeTokens(),
];

/** A Node-RED in which everything is used, the wrong way too; keeps whatever it shows to anybody. */
export class Office {
  readonly #simulator: Simulator;
  readonly #nodeRed: NodeRedProcess;
  /** What was shown, under the name of where. */
  readonly #shown: { readonly where: string; readonly text: string }[] = [];

  private constructor(simulator: Simulator, nodeRed: NodeRedProcess) {
    this.#simulator = simulator;
    this.#nodeRed = nodeRed;
  }

  static async start(): Promise<Office> {
    const simulator = await startSimulator({
      iotTtlSeconds: credentialsSeconds,
      jwtTtlSeconds: tokenSeconds,
      rate: 5,
    });
    try {
      const settings = { credentialSecret: 'soak', logging: { console: { level: 'trace' } } };
      const nodeRed = await startNodeRed({ settings });
      return new Office(simulator, nodeRed);
    } catch (error) {
      await simulator.close();
      throw error;
    }
  }

  /** Uses everything, over and over, until the stream has been opened anew so many times and each trouble was there. */
  async use(renewals: number): Promise<void> {
    const { connects } = this.#simulator.records;
    await this.#deploy();
    for (let round = 0; connects.length < renewals || round < troubles.length; round += 1) {
      const trouble = troubles[round % troubles.length];
      trouble?.(this.#simulator, true);
      await Promise.all([...users.map((uses) => this.#try(uses)), this.#askAsDialogsDo()]);
      trouble?.(this.#simulator, false);
      await delay(credentialsSeconds * 1000);
      if (round % 3 === 2) await this.#deploy();
    }
  }

  /** Where something secret can be read, and what stands before it; empty where all is well. */
  async leaks(): Promise<readonly string[]> {
    const { password } = this.#simulator;
    const places = [...this.#shown, { where: 'the log', text: this.#nodeRed.log() }, ...(await this.#files())];
    return places.flatMap(({ where, text }) => {
      const place = secretIn(text, [password, wrongPassword]);
      return place === undefined ? [] : [`${where}: …${place}`];
    });
  }

  /** How many answers and files are known, and how long the log is: what nothing was seen in proves nothing. */
  get seen(): { readonly answers: number; readonly logCharacters: number } {
    return { answers: this.#shown.length, logCharacters: this.#nodeRed.log().length };
  }

  /** Secrets as the platform gives them: a token, and stream credentials. */
  async secrets(): Promise<readonly string[]> {
    const { url, email, password } = this.#simulator;
    const read = async (path: string, request: RequestInit): Promise<Record<string, string>> =>
      Object(await (await fetch(`${url}${path}`, request)).json());
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ email, password });
    const { token = '' } = await read('/auth/jwt', { method: 'POST', headers, body });
    const access = await read(`/api/companies/${lamp.company}/iotAccess`, {
      headers: { Authorization: `JWT ${token}` },
    });
    return [token, access.accessKeyId ?? '', access.sessionToken ?? ''];
  }

  async close(): Promise<void> {
    await this.#nodeRed.stop();
    await this.#simulator.close();
  }

  #deploy(): Promise<void> {
    const { url: server, email, password } = this.#simulator;
    return this.#nodeRed.deploy(officeFlow(server), officeCredentials({ server, email, password, wrongPassword }));
  }

  async #try(uses: readonly Use[]): Promise<void> {
    for (const { path, body } of uses) {
      const isUse = body !== undefined || path === 'locked';
      await this.#ask(path, isUse ? (body ?? {}) : undefined);
    }
  }

  /** The connection test and the lists, with the password that is stored and with one that is typed. */
  async #askAsDialogsDo(): Promise<void> {
    const { url: server, email, password } = this.#simulator;
    for (const account of [
      { id: 'account1', server, email },
      { id: 'account1', server, email, password },
      { id: 'account2', server, email, password: wrongPassword },
    ]) {
      await this.#ask('ochno/test-connection', account);
      await this.#ask('ochno/places', { account, ...lamp });
    }
  }

  async #ask(path: string, body: object | undefined): Promise<void> {
    const answer = await fetch(`${this.#nodeRed.url}/${path}`, {
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    this.#shown.push({ where: `${path} ${JSON.stringify(body)}`, text: await answer.text() });
  }

  async #files(): Promise<{ readonly where: string; readonly text: string }[]> {
    const { userDir } = this.#nodeRed;
    const entries = await readdir(userDir, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return Promise.all(
      files.map(async ({ name }) => ({ where: name, text: await readFile(join(userDir, name), 'utf8') })),
    );
  }
}
