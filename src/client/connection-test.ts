import { randomUUID } from 'node:crypto';
import { OchnoError } from '../protocol/ochno-error';
import { type ConnectionTestStep, connectionTestSteps } from '../protocol/stream/connection-test-step';
import { RedeliveryFilter } from '../protocol/stream/redelivery';
import { type AccountOptions, checkAccountOptions } from './account-options';
import { AccountLife } from './account-resources';
import { PlatformLists } from './lists/platform-lists';
import { silentLogger } from './logger';
import { StreamError } from './mqtt/stream-error';
import { StreamOpener } from './stream/connector';
import { FilterQuarantine } from './stream/filter-quarantine';
import { SessionMemory } from './stream/stream-memory';
import { systemClock } from './time/clock';
import { within } from './time/deadline';

const longestTestMs = 20_000;
const longestListingMs = 15_000;

/**
 * Tries an account from the log-in to the stream and says of each step whether it works. A stream whose client id the
 * platform pins is not tried: it would throw out a connection that is in use. Never throws.
 */
export async function testConnection(options: AccountOptions): Promise<readonly ConnectionTestStep[]> {
  const results: ConnectionTestStep[] = [];
  try {
    const attempt = new ConnectionAttempt(options);
    try {
      for (const step of connectionTestSteps) results.push({ step, state: await attempt.run(step) });
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
      memory: new SessionMemory(),
      onStatus: () => undefined,
      onGap: () => undefined,
    });
    this.#stopTimer = systemClock.after(longestTestMs, () => this.#abort.abort());
  }

  async run(step: ConnectionTestStep['step']): Promise<'ok' | 'not tried'> {
    switch (step) {
      case 'log-in':
        await this.#life.logIn();
        return 'ok';
      case 'rest':
        return this.#listCompanies();
      case 'credentials':
        if (this.#company === undefined) return 'not tried';
        await this.#life.credentials(this.#company).current();
        return 'ok';
      case 'stream':
        return this.#company === undefined ? 'not tried' : this.#openStream(this.#company);
    }
  }

  async end(): Promise<void> {
    this.#stopTimer();
    await this.#life.close(false);
  }

  async #listCompanies(): Promise<'ok'> {
    const deadlineMs = systemClock.monotonicMs() + longestListingMs;
    const limits = { clock: systemClock, deadlineMs, signals: [this.#abort.signal] };
    const companies = await within(this.#lists.companies({ maxAgeMs: 0 }), limits, 'the list of companies');
    this.#company ??= companies[0]?.id;
    return 'ok';
  }

  async #openStream(company: string): Promise<'ok' | 'not tried'> {
    const credentials = this.#life.credentials(company);
    if ((await credentials.current()).credentials.clientId !== undefined) return 'not tried';
    const opener = new StreamOpener({
      credentials,
      network: this.#options.network,
      keepaliveSeconds: this.#options.keepaliveSeconds,
      quarantine: new FilterQuarantine(
        () => systemClock.monotonicMs(),
        () => undefined,
      ),
      memory: new SessionMemory(),
      clock: systemClock,
      log: silentLogger,
    });
    const link = await opener.open(
      {
        attempt: 1,
        clientId: () => `ochno-test-${randomUUID()}`,
        plan: () => [],
        redelivery: () => new RedeliveryFilter(),
        onMessage: () => undefined,
        onNewSession: () => undefined,
        onLost: () => undefined,
      },
      this.#abort.signal,
    );
    await link.retire(1_000);
    return 'ok';
  }
}

function explain(error: unknown): Pick<ConnectionTestStep, 'reason' | 'problem' | 'message'> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StreamError) return { reason: error.reason, message };
  if (error instanceof OchnoError) return { reason: error.reason ?? error.code, problem: error.problem, message };
  return { message };
}
