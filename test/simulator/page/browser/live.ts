import type { ChangesView, FloorView, PassedBatch } from '../building-view';

export interface LiveEars {
  onState(state: FloorView): void;
  onChanges(changes: ChangesView): void;
  onPassed(batch: PassedBatch): void;
  onConnection(isLive: boolean): void;
}

const reopenMs = 2000;

/** The one event source of the page. It comes back by itself, and each time begins with the whole state. */
export class Live {
  readonly #ears: LiveEars;
  #source: EventSource | undefined;
  #timer: number | undefined;

  constructor(ears: LiveEars) {
    this.#ears = ears;
  }

  /** Looks at other places: `floor`, `location` or `company` by id; the first of each where none is named. */
  choose(wanted: Readonly<Record<string, string>>): void {
    window.clearTimeout(this.#timer);
    this.#source?.close();
    const source = new EventSource(`building/live?${new URLSearchParams(wanted)}`);
    this.#source = source;
    const hear = <T>(name: string, listener: (data: T) => void): void =>
      source.addEventListener(name, ({ data }: MessageEvent<string>) => listener(JSON.parse(data)));
    hear<FloorView>('state', (state) => {
      this.#ears.onConnection(true);
      this.#ears.onState(state);
    });
    hear<ChangesView>('changes', (changes) => this.#ears.onChanges(changes));
    hear<PassedBatch>('passed', (batch) => this.#ears.onPassed(batch));
    source.addEventListener('error', () => {
      this.#ears.onConnection(false);
      // A browser tries again after a lost connection, but not after an answer that was an error.
      if (source.readyState === EventSource.CLOSED)
        this.#timer = window.setTimeout(() => this.choose(wanted), reopenMs);
    });
  }
}
