import type { Listed } from '../../../src/protocol/rest/listed-places';
import type { FailedAnswer, PlacesAnswer } from '../../dialog-messages';
import { isNotPermitted, postJson } from '../dialog/request';
import type { AccountValues } from './account-values';
import { PlaceIndex } from './place-index';

/** Where reading a company's places has got to. */
export type PlacesState =
  | { readonly state: 'not asked' }
  | { readonly state: 'no account' }
  | { readonly state: 'loading'; readonly before?: PlaceIndex }
  | FailedAnswer
  /** Node-RED itself refused or did not answer. */
  | { readonly state: 'no answer'; readonly isNotPermitted: boolean }
  | { readonly state: 'ok'; readonly index: PlaceIndex };

function isAnswer(value: unknown): value is PlacesAnswer {
  if (typeof value !== 'object' || value === null || !('state' in value)) return false;
  if (value.state === 'ok') return 'companies' in value && 'ports' in value;
  return value.state === 'failed' || value.state === 'not configured';
}

async function ask(account: AccountValues, company: string, refresh: boolean): Promise<PlacesState> {
  try {
    const answer = await postJson('ochno/places', { account, company, refresh });
    if (!isAnswer(answer)) return { state: 'no answer', isNotPermitted: false };
    return answer.state === 'ok' ? { state: 'ok', index: new PlaceIndex(company, answer) } : answer;
  } catch (error) {
    return { state: 'no answer', isNotPermitted: isNotPermitted(error) };
  }
}

/**
 * Reads the places of an account's companies for one dialog, each company once until it is refreshed. Lists that the runtime
 * remembers are there at once; what they say of lamps may be old by then, so they are read anew behind them.
 */
export class PlacesSource {
  readonly #readAccount: () => Promise<AccountValues | undefined>;
  readonly #states = new Map<string, PlacesState>();
  readonly #listeners: (() => void)[] = [];
  #account = '';
  #round = 0;

  constructor(readAccount: () => Promise<AccountValues | undefined>) {
    this.#readAccount = readAccount;
  }

  stateOf(company: string): PlacesState {
    return this.#states.get(company) ?? { state: 'not asked' };
  }

  indexOf(company: string): PlaceIndex | undefined {
    const state = this.stateOf(company);
    if (state.state === 'ok') return state.index;
    return state.state === 'loading' ? state.before : undefined;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Answers are of no interest any more. */
  close(): void {
    this.#round += 1;
    this.#listeners.splice(0);
  }

  /** Reads again what was read with other values of the account. */
  async load(company: string, refresh = false): Promise<void> {
    const round = this.#round;
    const account = await this.#readAccount();
    if (round !== this.#round) return;
    this.#forgetOther(account);
    if (account === undefined) return this.#set(company, { state: 'no account' });
    if (refresh) this.#forgetFailures();
    const present = this.stateOf(company);
    if (present.state === 'loading' || (this.#isKnown(present) && !refresh)) return;
    // What refused the log-in will refuse it for every company.
    const refusal = [...this.#states.values()].find(
      (state) => state.state === 'failed' && state.code === 'OCHNO_LOGIN',
    );
    if (refusal !== undefined) return this.#set(company, refusal);
    this.#set(company, present.state === 'ok' ? { state: 'loading', before: present.index } : { state: 'loading' });
    const ofAccount = this.#account;
    const state = await ask(account, company, refresh);
    if (round !== this.#round || ofAccount !== this.#account) return;
    this.#set(company, state);
    if (state.state === 'ok' && state.index.places.isRemembered) await this.load(company, true);
  }

  /** The companies, as somebody else has just read them with the values of this account. */
  async adopt(companies: readonly Listed[]): Promise<void> {
    this.#forgetOther(await this.#readAccount());
    const nothing = { locations: [], floorPlans: [], hubs: [], ports: [] };
    const places = { state: 'ok', fetchedAt: Date.now(), isRemembered: false, companies, ...nothing } as const;
    this.#set('', { state: 'ok', index: new PlaceIndex('', places) });
  }

  /** A failure counts too: it is asked again on request only, not at each keystroke. */
  #isKnown({ state }: PlacesState): boolean {
    return state === 'ok' || state === 'failed' || state === 'not configured' || state === 'no answer';
  }

  #forgetFailures(): void {
    for (const [company, { state }] of this.#states) {
      if (state !== 'ok' && state !== 'loading') this.#states.delete(company);
    }
  }

  #forgetOther(account: AccountValues | undefined): void {
    const values = JSON.stringify(account ?? null);
    if (values === this.#account) return;
    this.#account = values;
    this.#states.clear();
  }

  #set(company: string, state: PlacesState): void {
    this.#states.set(company, state);
    for (const listener of this.#listeners) listener();
  }
}
