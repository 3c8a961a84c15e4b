import type { OchnoAccount } from '../../../src/client/ochno-account';

type Lists = Pick<OchnoAccount['lists'], 'companies' | 'knownCompanies'>;

/** How long an answer counts; a company that was created meanwhile gets its stream all the same. */
const askAgainMs = 5 * 60_000;

/**
 * Which companies the account does not list: what is most likely wrong if the stream of one has no better reason not to be
 * there. Asks only when somebody wants to know.
 */
export class CompanyCheck {
  readonly #lists: Lists;
  readonly #nowMs: () => number;
  readonly #onAnswer: () => void;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #hasAnswer = false;

  /** `onAnswer` is called when `isUnknown` may say something else; `nowMs` counts and never jumps. */
  constructor(lists: Lists, nowMs: () => number, onAnswer: () => void) {
    this.#lists = lists;
    this.#nowMs = nowMs;
    this.#onAnswer = onAnswer;
  }

  isUnknown(company: string): boolean {
    if (this.#nowMs() - this.#askedAtMs >= askAgainMs) this.#ask();
    return this.#hasAnswer && this.#lists.knownCompanies()?.some(({ id }) => id === company) === false;
  }

  #ask(): void {
    this.#askedAtMs = this.#nowMs();
    this.#lists.companies({ maxAgeMs: askAgainMs }).then(
      () => {
        this.#hasAnswer = true;
        this.#onAnswer();
      },
      // What keeps the list from being read is what the status says already.
      () => undefined,
    );
  }
}
