import type { EventGap } from '../events/port-subscriber';
import type { LaneNotes } from '../stream/stream-memory';
import { streamName } from '../stream/stream-status';
import type { Surroundings } from '../surroundings';

interface ConnectionCountParts extends Pick<Surroundings, 'clock' | 'log'> {
  readonly company: string;
  /** How many are asked for. */
  readonly connections: number;
  readonly notes: LaneNotes;
  /** How many there are. */
  readonly count: () => number;
  /** Resolves when all that is wanted is subscribed on those that there are. */
  readonly settled: () => Promise<void>;
  /** Tells everyone that events are missing in this span of the monotonic clock. */
  readonly onMissing: (fromMs: number, toMs: number) => EventGap;
}

/** What changes together is told of together. */
const togetherMs = 1_000;

/** Tells how many connections a company gets, once for each change, and what is missing when all is heard again. */
export class ConnectionCount {
  readonly #parts: ConnectionCountParts;
  /** Why there are fewer than before. */
  #problem = '';
  /** How often there was another number. */
  #changes = 0;
  #cancel: () => void = () => undefined;
  #isPrescribed = false;
  #isStopped = false;

  constructor(parts: ConnectionCountParts) {
    this.#parts = parts;
  }

  /** What a deploy came in between of is told of now. */
  resume(): void {
    if (this.#parts.notes.missingSinceMs !== undefined) this.#changed();
  }

  /** There are fewer; what was to come by the others is missing since these times, on the monotonic clock. */
  fewer(missingSinceMs: readonly number[], problem: string): void {
    const { notes } = this.#parts;
    const sinceMs = Math.min(...missingSinceMs, notes.missingSinceMs ?? Number.POSITIVE_INFINITY);
    if (sinceMs < Number.POSITIVE_INFINITY) notes.missingSinceMs = sinceMs;
    this.#problem = problem;
    this.#changed();
  }

  /** The platform prescribes the client id. */
  prescribed(): void {
    if (this.#isPrescribed) return;
    this.#isPrescribed = true;
    this.fewer([], 'the platform prescribes the client id, under which only one can be connected');
  }

  /** There is one more. */
  more(): void {
    this.#problem = '';
    this.#changed();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #changed(): void {
    this.#changes += 1;
    this.#cancel();
    this.#cancel = this.#parts.clock.after(togetherMs, () => void this.#tell(this.#changes));
  }

  async #tell(change: number): Promise<void> {
    const { company, connections, count, log, settled } = this.#parts;
    await settled();
    // What was waited for may be done without by now; what is missing at a deploy is told of after it.
    if (this.#isStopped || change !== this.#changes) return;
    const stream = streamName(company);
    const gets = `${stream} gets ${count()} of ${connections} connections`;
    const gap = this.#tellMissing();
    const missing =
      gap === undefined
        ? ''
        : `events from ${new Date(gap.from).toISOString()} to ${new Date(gap.to).toISOString()} may be missing`;
    if (count() < connections && this.#problem !== '')
      log.warn(
        [`${gets} (${this.#problem}); what was meant for the others is on these`, missing].filter(Boolean).join('; '),
      );
    else if (missing !== '') log.warn(`${stream} has lost a connection; ${missing}`);
    else log.info(`${gets} again`);
  }

  #tellMissing(): EventGap | undefined {
    const { clock, notes, onMissing } = this.#parts;
    const { missingSinceMs } = notes;
    notes.missingSinceMs = undefined;
    return missingSinceMs === undefined ? undefined : onMissing(missingSinceMs, clock.monotonicMs());
  }
}
