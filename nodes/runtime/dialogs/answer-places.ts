import { createHash } from 'node:crypto';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { type ConnectionReason, OchnoError, type OchnoErrorCode } from '../../../src/protocol/ochno-error';
import { readId } from '../../../src/protocol/topics/ids';
import { openAccount } from '../account/open-account';
import type { Account } from '../account/shared-account';
import type { Runtime } from '../node-red';
import { type Places, readPlaces } from './places';
import { ShortCache } from './short-cache';
import { readTypedAccount, type TypedAccount } from './typed-account';

/** What the pickers are told. */
export type PlacesAnswer =
  | ({ readonly state: 'ok'; readonly isRemembered: boolean } & Places)
  | { readonly state: 'not configured'; readonly problem: string }
  | {
      readonly state: 'failed';
      readonly code: OchnoErrorCode;
      readonly reason?: ConnectionReason;
      readonly message: string;
    };

const rememberedMs = 30_000;

const cache = new ShortCache<Places>(rememberedMs, Date.now);

/**
 * Answers the pickers: what there is in an account that need not be deployed yet.
 *
 * @param body `{account, company, refresh}`; the account as an edit dialog holds it
 */
export async function answerPlaces(RED: Runtime, body: unknown): Promise<PlacesAnswer> {
  try {
    const { account, company, refresh } = isPlainObject(body) ? body : {};
    const typed = readTypedAccount(RED, account);
    const asked = typeof company === 'string' && company.trim() !== '' ? readId('company', company) : '';
    const { server, email, password } = typed.options;
    const key = cacheKey([server, email, password, typed.tls, asked]);
    let isRemembered = true;
    const places = await cache.get(key, refresh === true, () => {
      isRemembered = false;
      return read(typed, asked);
    });
    return { state: 'ok', isRemembered, ...places };
  } catch (error) {
    if (!(error instanceof OchnoError)) throw error;
    const { code, reason, message } = error;
    if (code === 'OCHNO_VALUE') return { state: 'not configured', problem: message };
    return { state: 'failed', code, ...(reason ? { reason } : {}), message };
  }
}

/** Uses the deployed account where it is the same and in use; else logs in for this once. */
async function read({ options, deployed }: TypedAccount, company: string): Promise<Places> {
  const current = deployed?.shared.current;
  if (current) return readPlaces(current, company, Date.now);
  const account: Account = openAccount(options, {});
  try {
    return await readPlaces(account, company, Date.now);
  } finally {
    // Logging out may take its time; it is bounded, and nothing depends on it.
    account.close().catch(() => undefined);
  }
}

/** Holds the password too, so that only who knows it is told what was found with it. */
function cacheKey(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
