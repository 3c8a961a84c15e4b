import { OchnoError } from '../../protocol/ochno-error';
import type { Listed } from '../../protocol/rest/listed-places';
import { retryPauseMs } from '../../protocol/rest/retry-rules';
import type { Surroundings } from '../surroundings';

/** Who wants to know which companies an account lists; neither function may throw. */
export interface CompanyFollower {
  /** These there are now: at first, and whenever they have changed. May be none, which is asked again soon. */
  found(companies: readonly Listed[]): void;
  /** They could not be read yet; said once until they are, however often it is tried. */
  failed(error: Error): void;
}

/** So that a company is heard within ten minutes of its coming, even if one reading fails. */
const readAgainMs = 4 * 60_000;
/** An empty list is more likely a mistake of somebody's than the truth. */
const readEmptyAgainMs = 60_000;

/** Reads the companies again and again while somebody follows them, once for all followers. */
export class CompanyWatch {
  readonly #list: () => Promise<readonly Listed[]>;
  readonly #options: Surroundings;
  /** Each follower with what it was told last: the ids, or that there are none to be had. */
  readonly #followers = new Map<CompanyFollower, string | undefined>();
  #failures = 0;
  #isReading = false;
  #isRefused = false;
  #cancelNext: () => void = () => undefined;

  constructor(list: () => Promise<readonly Listed[]>, options: Surroundings) {
    this.#list = list;
    this.#options = options;
  }

  /** Tells the follower from now on; the function returned ends that. */
  follow({ found, failed }: CompanyFollower): () => void {
    // An object of its own: one follower may follow twice.
    const follower = { found, failed };
    this.#followers.set(follower, undefined);
    this.#readNow();
    return () => {
      if (this.#followers.delete(follower) && this.#followers.size === 0) this.#cancelNext();
    };
  }

  /** After a refused log-in: the account works again. */
  resume(): void {
    if (this.#isRefused && this.#followers.size > 0) this.#readNow();
  }

  close(): void {
    this.#followers.clear();
    this.#cancelNext();
  }

  #readNow(): void {
    if (this.#isReading) return;
    this.#cancelNext();
    this.#isReading = true;
    this.#isRefused = false;
    this.#list().then(
      (companies) => this.#found(companies),
      (error: unknown) => this.#failed(error instanceof Error ? error : new Error(String(error))),
    );
  }

  #found(companies: readonly Listed[]): void {
    this.#isReading = false;
    this.#failures = 0;
    const ids = JSON.stringify(companies.map(({ id }) => id).sort());
    this.#tell(ids, (follower) => follower.found(companies));
    this.#readIn(companies.length === 0 ? readEmptyAgainMs : readAgainMs);
  }

  #failed(error: Error): void {
    this.#isReading = false;
    this.#failures += 1;
    this.#tell('failed', (follower) => follower.failed(error));
    const code = error instanceof OchnoError ? error.code : undefined;
    this.#isRefused = code === 'OCHNO_LOGIN';
    // A refused log-in is not repeated: platforms lock accounts.
    if (this.#isRefused || code === 'OCHNO_CLOSED') return;
    this.#options.log.debug(`the companies could not be read: ${error.message}`);
    this.#readIn(retryPauseMs(this.#failures, this.#options.random(), error));
  }

  #readIn(delayMs: number): void {
    if (this.#followers.size > 0) this.#cancelNext = this.#options.clock.after(delayMs, () => this.#readNow());
  }

  #tell(news: string, tell: (follower: CompanyFollower) => void): void {
    for (const [follower, told] of [...this.#followers]) {
      // Who knows the companies goes on with those; the failure is told where it matters.
      const isNews = news === 'failed' ? told === undefined : told !== news;
      // One may have left because of what another was told.
      if (!isNews || !this.#followers.has(follower)) continue;
      this.#followers.set(follower, news);
      tell(follower);
    }
  }
}
