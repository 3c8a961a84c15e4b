import type { Building } from './building';
import { type LampField, type LampState, lampRanges } from './building-model';

export interface LampOptions {
  /** How long a lamp takes from one value to another; with 0 it jumps. */
  readonly lampRampMs: number;
  /** Whether lamps take the nearest value that their electronics know. */
  readonly lampRounding: boolean;
}

/** The values a lamp tells of on its way, the last one included. */
const stepsOfRamp = 4;

interface Ramp {
  readonly from: LampState;
  readonly to: LampState;
  step: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Lamps as they are in the field: they dim to where they were sent rather than jump, tell of it on the way (80 → 60,
 * 40, 20, 0), and end at the nearest value they know: whole per cents, and colour temperatures of whole mireds (3000 K
 * are 333 of them, which are 3003 K).
 */
export class Lamps {
  readonly #building: Building;
  readonly #options: LampOptions;
  readonly #ramps = new Map<string, Ramp>();

  constructor(building: Building, options: LampOptions) {
    this.#building = building;
    this.#options = options;
  }

  /** Sends a lamp to these values; fields it does not have are left out. False where there is nothing that obeys. */
  set(portKey: string, fields: LampState): boolean {
    const aim = this.#building.lampAim(portKey, fields);
    if (aim === undefined) return false;
    const { lampRampMs } = this.#options;
    const former = this.#stop(portKey);
    const to = { ...former?.to, ...this.#known(aim) };
    if (lampRampMs <= 0) {
      this.#building.change(portKey, { device: { lamp: to } });
      return true;
    }
    const from = { ...this.#building.port(portKey).data.device?.lamp };
    const timer = setInterval(() => this.#step(portKey), lampRampMs / (stepsOfRamp - 1));
    this.#ramps.set(portKey, { from, to, step: 0, timer });
    this.#step(portKey);
    return true;
  }

  stop(): void {
    for (const portKey of [...this.#ramps.keys()]) this.#stop(portKey);
  }

  #step(portKey: string): void {
    const ramp = this.#ramps.get(portKey);
    // It may have been pulled out, or the port taken away, in the meantime.
    if (ramp === undefined || this.#building.ports.get(portKey)?.data.device?.lamp === undefined) {
      this.#stop(portKey);
      return;
    }
    ramp.step += 1;
    const isThere = ramp.step === stepsOfRamp;
    if (isThere) this.#stop(portKey);
    const lamp = isThere ? ramp.to : this.#known(onTheWay(ramp));
    this.#building.change(portKey, { device: { lamp } });
  }

  #stop(portKey: string): Ramp | undefined {
    const ramp = this.#ramps.get(portKey);
    clearInterval(ramp?.timer);
    this.#ramps.delete(portKey);
    return ramp;
  }

  /** The nearest values that the lamp knows. */
  #known(lamp: LampState): LampState {
    if (!this.#options.lampRounding) return lamp;
    const known: LampState = {};
    for (const [field, value] of lampEntries(lamp)) {
      const [least, most] = lampRanges[field];
      // At the ends of its range a lamp is exact.
      const isEnd = value === least || value === most;
      const nearest = field.endsWith('temp') ? Math.round(1e6 / Math.round(1e6 / value)) : Math.round(value);
      known[field] = isEnd ? value : Math.min(most, Math.max(least, nearest));
    }
    return known;
  }
}

function lampEntries(lamp: LampState): [LampField, number][] {
  const isField = (name: string): name is LampField => Object.hasOwn(lampRanges, name);
  return Object.entries(lamp).flatMap(([name, value]): [LampField, number][] => (isField(name) ? [[name, value]] : []));
}

function onTheWay({ from, to, step }: Ramp): LampState {
  const lamp: LampState = {};
  for (const [field, end] of lampEntries(to)) {
    const start = from[field] ?? end;
    lamp[field] = start + ((end - start) * step) / stepsOfRamp;
  }
  return lamp;
}
