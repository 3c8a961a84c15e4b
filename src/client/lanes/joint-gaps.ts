import type { EventGap } from '../events/port-subscriber';
import type { Clock } from '../time/clock';

/** Outages of several connections that are told of within this time are one gap. */
const togetherMs = 2_000;
/** However many connections carry too much, it is said once in this time. */
const rateToldEveryMs = 600_000;

/** Makes one gap of those that several connections have at the same time. */
export class JointGaps {
  readonly #clock: Clock;
  readonly #tell: (gap: EventGap) => void;
  #gap: EventGap | undefined;
  #cancel: () => void = () => undefined;
  #rateToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, tell: (gap: EventGap) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(gap: EventGap): void {
    if (gap.reason === 'rate') {
      const nowMs = this.#clock.monotonicMs();
      if (nowMs - this.#rateToldAtMs < rateToldEveryMs) return;
      this.#rateToldAtMs = nowMs;
      this.#tell(gap);
      return;
    }
    const { from, to } = this.#gap ?? gap;
    if (this.#gap === undefined) this.#cancel = this.#clock.after(togetherMs, () => this.flush());
    this.#gap = { ...gap, from: Math.min(from, gap.from), to: Math.max(to, gap.to) };
  }

  /** Tells at once what is to be told. */
  flush(): void {
    const gap = this.#gap;
    this.#cancel();
    this.#gap = undefined;
    if (gap !== undefined) this.#tell(gap);
  }
}
