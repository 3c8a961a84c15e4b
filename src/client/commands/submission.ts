/** What became of a publish that did not fail: the broker has it, or a newer command came before it could leave. */
export type SubmissionOutcome = 'acknowledged' | 'replaced';

/** One publish that is to be made when it can. */
export interface Submission {
  readonly topic: string;
  /** Dotted names of the properties it sets on its port. */
  readonly properties: readonly string[];
  readonly payload: string;
  /** On the monotonic clock: not sent after this, and without an outcome by then failed. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * It is not sent before this resolves, but keeps its place and can be replaced; where this rejects, so does it.
   * Nothing else leaves for the same topic before it.
   */
  readonly ready?: Promise<unknown> | undefined;
  /** Called as it leaves. */
  readonly onPublished?: (() => void) | undefined;
}

/** A submission on its way through the sender: its first end is its outcome, and leaves no listener behind. */
export class PendingSubmission {
  readonly submission: Submission;
  readonly outcome: Promise<SubmissionOutcome>;
  isReady: boolean;
  /** Whether its owner has given it up. */
  isAbandoned = false;
  /** Ends with it. */
  stopListening: (() => void) | undefined;
  #resolve: ((outcome: SubmissionOutcome) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(submission: Submission) {
    this.submission = submission;
    this.isReady = submission.ready === undefined;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get topic(): string {
    return this.submission.topic;
  }

  get properties(): readonly string[] {
    return this.submission.properties;
  }

  succeed(outcome: SubmissionOutcome): void {
    this.stopListening?.();
    this.#resolve?.(outcome);
  }

  fail(error: unknown): void {
    this.stopListening?.();
    this.#reject?.(error);
  }
}
