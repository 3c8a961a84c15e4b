import { type PublishChannel, PublishLost } from '../../src/client/stream/publish-channel';
import type { FakeClock } from './fake-clock';

/** One publish as the broker would see it, to be answered by the test. */
export interface FakePublish {
  readonly topic: string;
  readonly payload: string;
  readonly atMs: number;
  acknowledge(): void;
  fail(error: unknown): void;
}

/** A stream to publish on whose every answer is up to the test. */
export class FakePublishChannel implements PublishChannel {
  /** Everything that was published, in order. */
  readonly published: FakePublish[] = [];
  readonly #inFlight = new Set<FakePublish>();
  readonly #openListeners = new Set<() => void>();
  readonly #clock: FakeClock;
  isOpen = true;
  problem: string | undefined;
  /** How often somebody waited for it to open. */
  hurries = 0;
  /** Acknowledges each publish after so many ms; undefined leaves that to the test. */
  acknowledgesAfterMs: number | undefined;

  constructor(clock: FakeClock, acknowledgesAfterMs?: number) {
    this.#clock = clock;
    this.acknowledgesAfterMs = acknowledgesAfterMs;
  }

  get inFlight(): readonly FakePublish[] {
    return [...this.#inFlight];
  }

  get listeners(): number {
    return this.#openListeners.size;
  }

  publish(topic: string, payload: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        if (this.#inFlight.delete(publish)) settle();
      };
      const publish: FakePublish = {
        topic,
        payload,
        atMs: this.#clock.monotonicMs(),
        acknowledge: () => end(resolve),
        fail: (error) => end(() => reject(error)),
      };
      this.#inFlight.add(publish);
      this.published.push(publish);
      if (this.acknowledgesAfterMs === 0) publish.acknowledge();
      else if (this.acknowledgesAfterMs !== undefined) this.#clock.after(this.acknowledgesAfterMs, publish.acknowledge);
    });
  }

  hurry(): void {
    this.hurries += 1;
  }

  onOpen(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  open(): void {
    this.isOpen = true;
    for (const listener of [...this.#openListeners]) listener();
  }

  /** The connection goes away, with all that is in flight. */
  lose(): void {
    this.isOpen = false;
    const lost = this.inFlight;
    for (const publish of lost) {
      const closedAfterMs = this.#clock.monotonicMs() - publish.atMs;
      publish.fail(new PublishLost({ closedAfterMs, wasAlone: lost.length === 1 }));
    }
  }
}

/** The most that lie within any 1000 ms, both ends included. */
export function mostInOneSecond(timesMs: readonly number[]): number {
  let most = 0;
  let first = 0;
  timesMs.forEach((time, index) => {
    while ((timesMs[first] ?? time) < time - 1000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
