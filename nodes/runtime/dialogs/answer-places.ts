import { createHash } from 'node:crypto';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { readId } from '../../../src/protocol/topics/ids';
import { openAccount } from '../account/open-account';
import type { Account } from '../account/shared-account';
import type { Runtime } from '../node-red';
import { type DialogFailure, dialogFailure } from './dialog-failure';
import { type Places, readPlaces } from './places';
import { RefusedLogIns } from './refused-log-ins';
import { ShortCache } from './short-cache';
import { readTypedAccount, type TypedAccount } from './typed-account';

/** What the pickers are told. */
export type PlacesAnswer =
  | ({ readonly state: 'ok'; readonly isRemembered: boolean } & Places)
  | ({ readonly state: 'not configured' | 'failed' } & DialogFailure);

const rememberedMs = 30_000;

const cache = new ShortCache<Places>(rememberedMs, Date.now);
const refusedLogIns = new RefusedLogIns();

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
    const values = fingerprint([server, email, password, typed.tls]);
    let isRemembered = true;
    const places = await cache.get(fingerprint([values, asked]), refresh === true, () => {
      isRemembered = false;
      return refusedLogIns.ask(values, refresh === true, () => read(typed, asked));
    });
    return { state: 'ok', isRemembered, ...places };
  } catch (error) {
    if (!(error instanceof OchnoError)) throw error;
    return { state: error.code === 'OCHNO_VALUE' ? 'not configured' : 'failed', ...dialogFailure(error) };
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
function fingerprint(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
