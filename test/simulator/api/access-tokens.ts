import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { PlatformClock } from '../platform-clock';

/** Below this life a whole second is too coarse for `exp`, and tests want short lives. */
const coarseFromSeconds = 10;

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The JWTs of the HTTP API (HS256): issued, checked, removed. */
export class AccessTokens {
  readonly #key = randomBytes(32);
  readonly #valid = new Set<string>();
  readonly #clock: PlatformClock;
  readonly #ttlSeconds: number;

  constructor(clock: PlatformClock, ttlSeconds: number) {
    this.#clock = clock;
    this.#ttlSeconds = ttlSeconds;
  }

  issue(email: string): string {
    const seconds = this.#clock.now() / 1000;
    const exp = seconds + this.#ttlSeconds;
    const jti = randomUUID();
    const claims = {
      sub: email,
      jti,
      iat: Math.floor(seconds),
      exp: this.#ttlSeconds >= coarseFromSeconds ? Math.floor(exp) : exp,
    };
    this.#valid.add(jti);
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${this.#sign(signed)}`;
  }

  /** Why this token is not accepted, or undefined. */
  refusal(token: string): string | undefined {
    const jti = this.#readId(token);
    if (jti === undefined) return 'Invalid token';
    if (!this.#valid.has(jti)) return 'The token has been removed';
    const claims: { exp: number } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return claims.exp * 1000 <= this.#clock.now() ? 'jwt expired' : undefined;
  }

  /** Removes one token. */
  revoke(token: string): void {
    const jti = this.#readId(token);
    if (jti !== undefined) this.#valid.delete(jti);
  }

  /** Removes every token issued so far. */
  revokeAll(): void {
    this.#valid.clear();
  }

  #readId(token: string): string | undefined {
    const [header, claims, signature] = token.split('.');
    if (header === undefined || claims === undefined || signature === undefined) return undefined;
    const right = Buffer.from(this.#sign(`${header}.${claims}`));
    const given = Buffer.from(signature);
    if (right.length !== given.length || !timingSafeEqual(right, given)) return undefined;
    const { jti }: { jti: string } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return jti;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}
