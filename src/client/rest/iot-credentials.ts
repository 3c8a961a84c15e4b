import { fillPath } from '../../protocol/rest/path-rules';
import { readStreamCredentials, type TimedCredentials } from '../../protocol/stream/stream-credentials';
import type { Surroundings } from '../surroundings';
import { ExpiringValue, type Fetched, type Living } from '../time/expiring-value';
import { answerDateMs } from './http-answer';
import type { Requester } from './rest-request';

interface IotCredentialsOptions extends Pick<Surroundings, 'clock' | 'random'> {
  /** The company whose stream they open. */
  readonly company: string;
  /** The host of the account's server. */
  readonly serverHost: string;
  readonly rest: Requester;
}

/** What one answer gave. */
type Access = Pick<TimedCredentials, 'credentials' | 'clockSkewMs'>;

/** The answer is a few hundred bytes; these bounds keep a broken platform from holding the stream up. */
const timeoutMs = 10_000;
const maxAnswerBytes = 64 * 1024;

/** Where new credentials are refused like those before them, it is not for the credentials; that may change. */
const rejectAgainMs = 60_000;

/** One company's stream credentials: fetched once for all callers, kept while they live and are not refused. */
export class IotCredentials {
  readonly #options: IotCredentialsOptions;
  readonly #value: ExpiringValue<Access>;
  #rejectedAtMs = Number.NEGATIVE_INFINITY;

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

  /**
   * These were refused by the gateway: `current` will not answer with them again. Newer ones stay, and those that were got
   * for such a reason within the last minute.
   */
  reject(refused: Pick<TimedCredentials, 'credentials'>): void {
    const kept = this.#value.kept?.value;
    const nowMs = this.#options.clock.monotonicMs();
    if (kept?.credentials !== refused.credentials || nowMs - this.#rejectedAtMs < rejectAgainMs) return;
    this.#rejectedAtMs = nowMs;
    this.#value.invalidate(kept);
  }

  async #fetch(): Promise<Fetched<Access>> {
    const { company, serverHost, rest, clock } = this.#options;
    const path = fillPath('/api/companies/{company}/iotAccess', { company });
    const answer = await rest.request({ method: 'GET', path, timeoutMs, maxAnswerBytes, queue: 'none' });
    const dateMs = answerDateMs(answer);
    const nowMs = clock.now();
    const { credentials, lifeMs } = readStreamCredentials(answer.body, { nowMs, serverHost, dateMs });
    return { value: { credentials, clockSkewMs: dateMs === undefined ? undefined : dateMs - nowMs }, lifeMs };
  }
}

function timed({ value, lifeMs, renewAtMs, endsAtMs }: Living<Access>): TimedCredentials {
  return { ...value, lifeMs, renewAtMs, endsAtMs };
}
