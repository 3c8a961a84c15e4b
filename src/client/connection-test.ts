import { randomUUID } from 'node:crypto';
import { quoted } from '../protocol/json/quoted';
import { OchnoError } from '../protocol/ochno-error';
import { type ConnectionTestStep, connectionTestSteps } from '../protocol/stream/connection-test-step';
import { type AccountOptions, checkAccountOptions } from './account-options';
import { AccountLife } from './account-resources';
import { PlatformLists } from './lists/platform-lists';
import { silentLogger } from './logger';
import { SharedLogIns } from './rest/platform-api';
import { Dialer, SessionMemory, StreamError, withoutSessions } from './stream/port-stream';
import { systemClock } from './time/clock';
import { within } from './time/deadline';

const longestTestMs = 20_000;
const longestListingMs = 15_000;

/** How a step that did not fail went; the message says what will have to be done without. */
type Outcome = Pick<ConnectionTestStep, 'state' | 'companies' | 'message'>;

const ok: Outcome = { state: 'ok' };
const notTried: Outcome = { state: 'not tried' };

/**
 * Tries an account from the log-in to the stream and says of each step whether it works. A stream whose client id the
 * platform pins is not tried: it would throw out a connection that is in use. Never throws.
 */
export async function testConnection(options: AccountOptions): Promise<readonly ConnectionTestStep[]> {
  const results: ConnectionTestStep[] = [];
  try {
    const attempt = new ConnectionAttempt(options);
    try {
      for (const step of connectionTestSteps) results.push({ step, ...(await attempt.run(step)) });
    } finally {
      await attempt.end();
    }
  } catch (error) {
    const step = connectionTestSteps[results.length];
    if (step !== undefined) results.push({ step, state: 'failed', ...explain(error) });
  }
  return [
    ...results,
    ...connectionTestSteps.slice(results.length).map((step) => ({ step, state: 'not tried' as const })),
  ];
}

class ConnectionAttempt {
  readonly #life: AccountLife;
  readonly #lists: PlatformLists;
  readonly #options: ReturnType<typeof checkAccountOptions>;
  readonly #abort = new AbortController();
  readonly #stopTimer: () => void;
  #company: string | undefined;

  constructor(options: AccountOptions) {
    this.#options = checkAccountOptions(options);
    this.#company = this.#options.company;
    const around = { clock: systemClock, random: Math.random, log: silentLogger };
    this.#lists = new PlatformLists({ request: (request) => this.#life.request(request), ...around });
    this.#life = new AccountLife({
      ...around,
      options: this.#options,
      instanceId: randomUUID(),
      lists: this.#lists,
      logIns: new SharedLogIns(),
      memory: new SessionMemory(),
      onStatus: () => undefined,
      onGap: () => undefined,
    });
    this.#stopTimer = systemClock.after(longestTestMs, () => this.#abort.abort());
  }

  async run(step: ConnectionTestStep['step']): Promise<Outcome> {
    switch (step) {
      case 'log-in':
        await this.#life.logIn();
        return ok;
      case 'rest':
        return this.#listCompanies();
      case 'credentials':
        return this.#company === undefined ? notTried : this.#readCredentials(this.#company);
      case 'stream':
        return this.#company === undefined ? notTried : this.#openStream(this.#company);
    }
  }

  async end(): Promise<void> {
    this.#stopTimer();
    await this.#life.close(false);
  }

  async #listCompanies(): Promise<Outcome> {
    const deadlineMs = systemClock.monotonicMs() + longestListingMs;
    const limits = { clock: systemClock, deadlineMs, signals: [this.#abort.signal] };
    const companies = await within(this.#lists.companies({ maxAgeMs: 0 }), limits, 'the list of companies');
    this.#company ??= companies[0]?.id;
    return { ...ok, companies: companies.map(({ id, name }) => ({ id, name })) };
  }

  /** A company that is not the account's is refused in as many ways as there are platforms; the list tells. */
  async #readCredentials(company: string): Promise<Outcome> {
    try {
      await this.#life.credentials(company).current();
      return ok;
    } catch (error) {
      if (!(error instanceof OchnoError) || error.code !== 'OCHNO_HTTP') throw error;
      const listed = this.#lists.knownCompanies()?.map(({ id }) => id) ?? [];
      if (listed.length === 0 || listed.includes(company)) throw error;
      const { statusCode, said } = error;
      throw new OchnoError('OCHNO_HTTP', `The account does not list the company ${quoted(company)}; choose another`, {
        cause: error.cause,
        problem: { field: 'company', key: 'company-unknown', values: { company } },
        ...(statusCode === undefined ? {} : { statusCode }),
        ...(said === undefined ? {} : { said }),
      });
    }
  }

  async #openStream(company: string): Promise<Outcome> {
    const timed = await this.#life.credentials(company).current();
    if (timed.credentials.clientId !== undefined) return notTried;
    const { network, keepaliveSeconds } = this.#options;
    const dialer = new Dialer({ network, keepaliveSeconds, clock: systemClock, log: silentLogger });
    const hasSession = await dialer.tryOut(timed.credentials, `ochno-test-${randomUUID()}`, this.#abort.signal);
    return hasSession ? ok : { ...ok, message: withoutSessions };
  }
}

function explain(error: unknown): Omit<ConnectionTestStep, 'step' | 'state'> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StreamError) return { reason: error.reason, message };
  if (error instanceof OchnoError) {
    const { reason = error.code, problem, statusCode, said } = error;
    return { reason, problem, statusCode, said, message };
  }
  return { message };
}
