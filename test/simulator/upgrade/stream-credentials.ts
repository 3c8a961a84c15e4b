import { randomBytes } from 'node:crypto';
import type { PlatformClock } from '../platform-clock';

/** Temporary AWS credentials for one company's stream. */
export interface StreamGrant {
  readonly company: string;
  readonly accessKeyId: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  /** Platform time in ms. */
  readonly expiresAt: number;
}

/** Gives out stream credentials and knows them again. */
export class StreamCredentials {
  readonly #grants = new Map<string, StreamGrant>();
  readonly #clock: PlatformClock;
  readonly #ttlSeconds: number;

  constructor(clock: PlatformClock, ttlSeconds: number) {
    this.#clock = clock;
    this.#ttlSeconds = ttlSeconds;
  }

  issue(company: string): StreamGrant {
    const grant: StreamGrant = {
      company,
      accessKeyId: `ASIA${randomBytes(10).toString('hex').slice(0, 16).toUpperCase()}`,
      secretKey: randomBytes(30).toString('base64'),
      // A real one is long and full of characters that need escaping in a URL.
      sessionToken: `IQoJb3JpZ2luX2Vj+/${randomBytes(301).toString('base64')}`,
      expiresAt: this.#clock.now() + this.#ttlSeconds * 1000,
    };
    this.#grants.set(grant.accessKeyId, grant);
    return grant;
  }

  find(accessKeyId: string): StreamGrant | undefined {
    return this.#grants.get(accessKeyId);
  }
}
