import { randomUUID } from 'node:crypto';
import { quoted } from '../protocol/json/quoted';
import { OchnoError } from '../protocol/ochno-error';
import {
  type ConnectionTestStep,
  connectionTestSteps,
  type policyLimits,
  wholeReport,
} from '../protocol/stream/connection-test-step';
import { type AccountOptions, checkAccountOptions } from './account-options';
import { PlatformLists } from './lists/platform-lists';
import { silentLogger } from './logger';
import { PlatformApi } from './rest/platform-api';
import { Dialer, StreamError, withoutSessions } from './stream/port-stream';
import { systemClock } from './time/clock';
import { sleep, within } from './time/deadline';
import { succeeds } from './time/succeeds';

const longestTestMs = 20_000;
const longestListingMs = 15_000;

/** How a step that did not fail went; the message says what will have to be done without. */
type Outcome = Pick<ConnectionTestStep, 'state' | 'companies' | 'limits' | 'message'>;
type PolicyLimit = (typeof policyLimits)[number];

const ok: Outcome = { state: 'ok' };
const notTried: Outcome = { state: 'not tried' };
const disconnectMs = 1_000;
/** A broker that wants no second connection ends one of them at once, or at its first packet. */
const besideMs = 500;
const sentences: Readonly<Record<PolicyLimit, string>> = {
  'no-sessions': withoutSessions,
  'one-connection':
    "the account's policy permits one connection at a time: at each renewal what is published at QoS 0 is missed for a second or two",
  'narrow-filters':
    "the account's policy does not permit the whole company's events at once: choose locations, hubs or ports that it may read",
};

/**
 * Tries an account from the log-in to the stream and says of each step whether it works. A stream whose client id the
 * platform pins is not tried: it would throw out a connection that is in use. Never throws.
 *
 * @param longestMs after so long nothing more is tried; of a stream that was there by then it is not said what its policy
 * permits
 */
export async function testConnection(
  options: AccountOptions,
  longestMs = longestTestMs,
): Promise<readonly ConnectionTestStep[]> {
  const tried: ConnectionTestStep[] = [];
  try {
    const attempt = new ConnectionAttempt(options, longestMs);
    try {
      for (const step of connectionTestSteps) tried.push({ step, ...(await attempt.run(step)) });
    } finally {
      await attempt.end();
    }
  } catch (error) {
    const step = connectionTestSteps[tried.length];
    if (step !== undefined) tried.push({ step, state: 'failed', ...explain(error) });
  }
  return wholeReport(tried);
}

class ConnectionAttempt {
  readonly #api: PlatformApi;
  readonly #lists: PlatformLists;
  readonly #options: ReturnType<typeof checkAccountOptions>;
  /** When it is aborted, nothing more is tried. */
  readonly #signal: AbortSignal;
  #company: string | undefined;

  constructor(options: AccountOptions, longestMs: number) {
    this.#options = checkAccountOptions(options);
    this.#company = this.#options.company;
    const around = { clock: systemClock, random: Math.random, log: silentLogger };
    this.#lists = new PlatformLists({ request: (request) => this.#api.request(request), ...around });
    this.#api = new PlatformApi({
      ...this.#options,
      ...around,
      portNames: (companies) => this.#lists.portNames(companies),
    });
    this.#signal = AbortSignal.timeout(longestMs);
  }

  async run(step: ConnectionTestStep['step']): Promise<Outcome> {
    if (step === 'log-in') {
      await this.#api.logIn();
      return ok;
    }
    if (step === 'rest') return this.#listCompanies();
    if (this.#company === undefined) return notTried;
    return step === 'credentials' ? this.#readCredentials(this.#company) : this.#openStream(this.#company);
  }

  end(): Promise<void> {
    return this.#api.close();
  }

  async #listCompanies(): Promise<Outcome> {
    const deadlineMs = systemClock.monotonicMs() + longestListingMs;
    const limits = { clock: systemClock, deadlineMs, signals: [this.#signal] };
    const companies = await within(this.#lists.companies({ maxAgeMs: 0 }), limits, 'the list of companies');
    this.#company ??= companies[0]?.id;
    return { ...ok, companies };
  }

  /** A company that is not the account's is refused in as many ways as there are platforms; the list tells. */
  async #readCredentials(company: string): Promise<Outcome> {
    try {
      await this.#api.credentials(company).current();
      return ok;
    } catch (error) {
      if (!(error instanceof OchnoError) || error.code !== 'OCHNO_HTTP') throw error;
      const listed = this.#lists.knownCompanies()?.map(({ id }) => id) ?? [];
      if (listed.length === 0 || listed.includes(company)) throw error;
      const { statusCode, said } = error;
      throw new OchnoError('OCHNO_HTTP', `The account does not list the company ${quoted(company)}; choose another`, {
        cause: error.cause,
        problem: { field: 'company', key: 'company-unknown', values: { company } },
        statusCode,
        said,
      });
    }
  }

  /** Tries a stream, under client ids that nothing else uses, and what the policy permits it. */
  async #openStream(company: string): Promise<Outcome> {
    const { credentials } = await this.#api.credentials(company).current();
    if (credentials.clientId !== undefined) return notTried;
    const { network, keepaliveSeconds } = this.#options;
    const dialer = new Dialer({ network, keepaliveSeconds, clock: systemClock, log: silentLogger });
    const opened: BareConnection[] = [];
    const open = async (clean: boolean): Promise<BareConnection> => {
      const clientId = `ochno-test-${randomUUID()}`;
      const connection = await dialer.dial(credentials, { clientId, clean, listener: {} }, this.#signal);
      opened.push(connection);
      return connection;
    };
    try {
      const limits = await tryLimits(open, `/ports/${company}/#`, this.#signal);
      return limits.length === 0 ? ok : { ...ok, limits, message: limits.map((limit) => sentences[limit]).join('; ') };
    } finally {
      for (const connection of opened) connection.destroy();
    }
  }
}

type BareConnection = Awaited<ReturnType<Dialer['dial']>>;

/** @throws {StreamError | OchnoError} where there is no connection to be had */
async function tryLimits(
  open: (clean: boolean) => Promise<BareConnection>,
  everything: string,
  signal: AbortSignal,
): Promise<readonly PolicyLimit[]> {
  const limits: PolicyLimit[] = [];
  try {
    await (await open(false)).close(disconnectMs);
  } catch (error) {
    if (!(error instanceof StreamError) || error.refuses !== 'connect') throw error;
    limits.push('no-sessions');
  }
  const first = await open(true).catch((error: unknown) => {
    if (signal.aborted && limits.length === 0) return undefined;
    throw error;
  });
  // On a slow line time is up before all is tried; a stream that was there is good all the same.
  if (first === undefined) return limits;
  const second = await open(true).catch(() => undefined);
  await sleep(systemClock, besideMs);
  if (signal.aborted) return limits;
  const areBoth = second !== undefined && (await succeeds(Promise.all([first.ping(), second.ping()])));
  await second?.close(disconnectMs);
  if (!areBoth) limits.push('one-connection');
  const subscriber = first.isOpen ? first : await open(true);
  const codes = await subscriber.subscribe([everything]).catch((error: unknown) => {
    if (error instanceof StreamError && error.byBroker) return [0x80];
    throw error;
  });
  if (codes.some((code) => code >= 0x80)) limits.push('narrow-filters');
  await subscriber.close(disconnectMs);
  return limits;
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
