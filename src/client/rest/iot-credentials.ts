import { fillPath } from '../../protocol/rest/path-rules';
import type { StreamCredentials } from '../../protocol/stream/signed-url';
import type { TimedCredentials } from '../../protocol/stream/stream-credentials';
import { readStreamCredentials } from '../../protocol/stream/stream-credentials';
import type { Clock } from '../time/clock';
import { ExpiringValue, type Fetched, type Living } from '../time/expiring-value';
import type { RestClient } from './rest-client';

export interface IotCredentialsOptions {
  /** The company whose stream they open. */
  readonly company: string;
  /** The host of the account's server. */
  readonly serverHost: string;
  readonly rest: Pick<RestClient, 'request'>;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The answer is a few hundred bytes; these bounds keep a broken platform from holding the stream up. */
const timeoutMs = 10_000;
const maxAnswerBytes = 64 * 1024;

/** One company's stream credentials: fetched once for all callers, kept while they live and are not refused. */
export class IotCredentials {
  readonly #options: IotCredentialsOptions;
  readonly #value: ExpiringValue<StreamCredentials>;

  constructor(options: IotCredentialsOptions) {
    this.#options = options;
    const { clock, random } = options;
    this.#value = new ExpiringValue({ fetch: () => this.#fetch(), clock, random });
  }

  /**
   * The credentials at hand while they live, else new ones.
   *
   * @throws OchnoError as `RestClient.request` and `readStreamCredentials` do
   */
  async current(): Promise<TimedCredentials> {
    return timed(await this.#value.get());
  }

  /** New credentials, whatever is at hand. If they can't be had, those at hand stay for as long as they live. */
  async renew(): Promise<TimedCredentials> {
    return timed(await this.#value.renew());
  }

  /** These were refused by the gateway: `current` will not answer with them again. Newer ones stay. */
  reject(refused: Pick<TimedCredentials, 'credentials'>): void {
    this.#value.invalidate(refused.credentials);
  }

  async #fetch(): Promise<Fetched<StreamCredentials>> {
    const { company, serverHost, rest, clock } = this.#options;
    const path = fillPath('/api/companies/{company}/iotAccess', { company });
    const { body, headers } = await rest.request({ method: 'GET', path, timeoutMs, maxAnswerBytes, queue: 'none' });
    const dateMs = Date.parse(String(headers.date ?? ''));
    const known = Number.isNaN(dateMs) ? {} : { dateMs };
    const { credentials, lifeMs } = readStreamCredentials(body, { nowMs: clock.now(), serverHost, ...known });
    return { value: credentials, lifeMs };
  }
}

function timed({ value, lifeMs, renewAtMs }: Living<StreamCredentials>): TimedCredentials {
  return { credentials: value, lifeMs, renewAtMs };
}
