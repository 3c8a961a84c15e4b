import { type Clock, systemClock } from '../../../src/client/time/clock';
import { type CompanyKey, type Look, lookEveryMs } from '../../sidebar-messages';

/** After so long without a word nobody looks any more: a connection that is half open is noticed late. */
const expiryMs = 3 * lookEveryMs;
/** More than these of one editor are a mistake, or worse: any logged-in user can send anything. */
const mostCompanies = 200;
const mostSessions = 100;

interface Lease {
  readonly look: Look;
  /** False for who asked over HTTP only. */
  readonly isEditor: boolean;
  readonly cancelExpiry: () => void;
}

/** Who looks at what, by the session of each editor. */
export class Leases {
  readonly #leases = new Map<string, Lease>();
  readonly #clock: Clock;
  readonly #onChange: () => void;

  constructor(onChange: () => void, clock: Clock = systemClock) {
    this.#onChange = onChange;
    this.#clock = clock;
  }

  /** Begins or renews a look, or ends it if that is what it says; true if the session did not look before. */
  take(session: string, look: Look): boolean {
    if (!look.looking) {
      this.end(session);
      return false;
    }
    const isNew = !this.#leases.has(session);
    if (isNew && this.#leases.size >= mostSessions) return false;
    this.#take(session, look, true, expiryMs);
    return isNew;
  }

  /** Has the company watched for so long: it is being read, and the look that wants it may come later. */
  hold(key: CompanyKey, forMs: number): void {
    this.#take(`${key.account}/${key.company}`, { looking: true, companies: [key] }, false, forMs);
  }

  end(session: string): void {
    const lease = this.#leases.get(session);
    if (lease === undefined) return;
    lease.cancelExpiry();
    this.#leases.delete(session);
    this.#onChange();
  }

  /** Those of editors. */
  get sessions(): readonly string[] {
    return [...this.#leases].flatMap(([session, { isEditor }]) => (isEditor ? [session] : []));
  }

  get isEmpty(): boolean {
    return this.#leases.size === 0;
  }

  /** Each company once. */
  get companies(): readonly CompanyKey[] {
    const all = [...this.#leases.values()].flatMap(({ look }) => look.companies);
    return [...new Map(all.map((key) => [`${key.account}/${key.company}`, key])).values()];
  }

  wants(session: string, { account, company }: CompanyKey): boolean {
    const companies = this.#leases.get(session)?.look.companies ?? [];
    return companies.some((key) => key.account === account && key.company === company);
  }

  #take(name: string, look: Look, isEditor: boolean, forMs: number): void {
    this.#leases.get(name)?.cancelExpiry();
    const cancelExpiry = this.#clock.after(forMs, () => this.end(name));
    this.#leases.set(name, { look, isEditor, cancelExpiry });
    this.#onChange();
  }
}

/** Reads what came over the comms, which may be anything; what is wrong in it is left out. */
export function readLook(data: unknown): Look {
  const { looking, companies } = Object(data) as Readonly<Record<string, unknown>>;
  const list = Array.isArray(companies) ? companies.slice(0, mostCompanies) : [];
  return { looking: looking === true, companies: list.filter(isCompanyKey) };
}

function isCompanyKey(value: unknown): value is CompanyKey {
  if (typeof value !== 'object' || value === null || !('account' in value) || !('company' in value)) return false;
  return typeof value.account === 'string' && typeof value.company === 'string';
}
