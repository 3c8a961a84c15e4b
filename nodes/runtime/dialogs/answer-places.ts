import { createHash } from 'node:crypto';
import { type Clock, systemClock } from '../../../src/client/time/clock';
import { ExpiringMap } from '../../../src/client/time/expiring-map';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { readId } from '../../../src/protocol/topics/ids';
import type { PlacesAnswer } from '../../dialog-messages';
import { openAccount } from '../account/open-account';
import type { Account } from '../account/shared-account';
import type { Runtime } from '../node-red';
import { failedAnswer } from './failed-answer';
import { type FoundPlaces, readPlaces, shownPlaces } from './places';
import { RefusedLogIns } from './refused-log-ins';
import { readTypedAccount, type TypedAccount } from './typed-account';

/** Remembers for a while what took long to find out: one asking at a time. */
export class ShortCache<Value> {
  readonly #entries: ExpiringMap<string, Promise<Value>>;

  constructor(lifeMs: number, clock: Clock) {
    this.#entries = new ExpiringMap({ clock, lifeMs });
  }

  /** What is remembered under `key`, or else what `find` finds; a failure is not remembered. `refresh` asks anew. */
  get(key: string, refresh: boolean, find: () => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known && !refresh) return known;
    const value = find();
    this.#entries.set(key, value);
    value.catch(() => {
      if (this.#entries.get(key) === value) this.#entries.delete(key);
    });
    return value;
  }
}

const rememberedMs = 30_000;

const cache = new ShortCache<FoundPlaces>(rememberedMs, systemClock);
const refusedLogIns = new RefusedLogIns();

/**
 * Answers the pickers: what there is in an account that need not be deployed yet.
 *
 * @param body `{account, company, refresh}`; the account as an edit dialog holds it
 */
export async function answerPlaces(RED: Runtime, body: unknown): Promise<PlacesAnswer> {
  try {
    const { isRemembered, found } = await lookUp(RED, body);
    return { state: 'ok', isRemembered, ...shownPlaces(found) };
  } catch (error) {
    return failedAnswer(error);
  }
}

/** What there is in the account and company of a dialog's request, remembered for thirty seconds. */
export async function lookUp(
  RED: Runtime,
  body: unknown,
): Promise<{ readonly isRemembered: boolean; readonly found: FoundPlaces }> {
  const { account, company, refresh } = isPlainObject(body) ? body : {};
  const typed = readTypedAccount(RED, account);
  const asked = typeof company === 'string' && company.trim() !== '' ? readId('company', company) : '';
  const anew = refresh === true;
  let isRemembered = true;
  const found = await cache.get(fingerprint([logInOf(typed), asked]), anew, () => {
    isRemembered = false;
    return withAccount(typed, (open) => readPlaces(open, asked, Date.now), anew);
  });
  return { isRemembered, found };
}

/** Uses the deployed account if it is the same and in use; else logs in for this once, but not again with what was refused. */
export async function withAccount<Result>(
  typed: TypedAccount,
  use: (account: Account) => Promise<Result>,
  anew = false,
): Promise<Result> {
  const current = typed.deployed?.shared.current;
  if (current) return use(current);
  return refusedLogIns.ask(fingerprint(logInOf(typed)), anew, () => withOwnAccount(typed, use));
}

/** What a log-in depends on, however it was typed. */
function logInOf({ options: { server, email, password }, tls }: TypedAccount): readonly string[] {
  return [parseServerUrl(server).href, email, password, tls];
}

async function withOwnAccount<Result>(
  { options }: TypedAccount,
  use: (account: Account) => Promise<Result>,
): Promise<Result> {
  const account: Account = openAccount(options, {});
  try {
    return await use(account);
  } finally {
    // Logging out may take its time; it is bounded, and nothing depends on it.
    account.close().catch(() => undefined);
  }
}

/** Holds the password too, so that only who knows it is told what was found with it. */
function fingerprint(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
