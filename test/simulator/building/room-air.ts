import type { SensorState } from './building-model';

/** How fast fresh air fills a room, and how slowly the room recovers. */
const fillMs = 12_000;
const recoverMs = 25_000;
/** Nearer than this to its end a change is over. */
const settledWithin = 0.01;

/** What the air outside is like, and how much of it an open window lets in at most. */
const outside: readonly { readonly field: string; readonly value: number; readonly share: number }[] = [
  { field: 'temperature', value: 7, share: 0.4 },
  { field: 'airco2', value: 425, share: 0.9 },
  { field: 'airhumidity', value: 62, share: 0.35 },
  { field: 'airtvoc', value: 25, share: 0.85 },
];
const digits: Readonly<Record<string, number>> = { temperature: 1, airhumidity: 1 };

/** What of a sensor's reading a window changes. */
export const airFields: readonly string[] = outside.map(({ field }) => field);

/** The air behind one window: what a function of time it is since the window was last opened or closed. */
export class RoomAir {
  #open = false;
  #since = 0;
  #freshThen = 0;

  get isOpen(): boolean {
    return this.#open;
  }

  setOpen(open: boolean, now: number): void {
    this.#freshThen = this.freshness(now);
    this.#since = now;
    this.#open = open;
  }

  /** 0: the room's own air; 1: as fresh as it gets. */
  freshness(now: number): number {
    const aim = this.#open ? 1 : 0;
    const passedMs = Math.max(0, now - this.#since);
    return aim + (this.#freshThen - aim) * Math.exp(-passedMs / (this.#open ? fillMs : recoverMs));
  }

  /** Whether the room's air is its own again. */
  isUsual(now: number): boolean {
    return !this.#open && this.freshness(now) < settledWithin;
  }

  /** What a sensor reads in this air, given what it would read behind a closed window. */
  mix(reading: SensorState, now: number): SensorState {
    const freshness = this.freshness(now);
    const mixed = { ...reading };
    for (const { field, value, share } of outside) {
      const usual = reading[field];
      if (typeof usual !== 'number') continue;
      mixed[field] = Number((usual + (value - usual) * share * freshness).toFixed(digits[field] ?? 0));
    }
    return mixed;
  }
}
