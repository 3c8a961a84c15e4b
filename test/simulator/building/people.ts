import type { Random } from './random';

/** A step of somebody: the sensor that no longer sees them, and the one that does now. */
export interface Step {
  readonly from: string;
  readonly to: string;
}

/** The people of a building, each in sight of one motion sensor. */
export class People {
  readonly #random: Random;
  readonly #sensors: readonly string[];
  readonly #places: string[] = [];

  /** @param sensors ports with a sensor; neighbours stand next to each other in the list */
  constructor(random: Random, sensors: readonly string[]) {
    this.#random = random;
    this.#sensors = sensors;
    for (let i = 0; i < Math.ceil(sensors.length / 3); i++) this.#places.push(this.#random.pick(sensors) ?? '');
  }

  /** Somebody walks to the next sensor, or through half the house; undefined where nobody can go anywhere. */
  walk(): Step | undefined {
    if (this.#sensors.length < 2) return undefined;
    const who = this.#random.below(this.#places.length);
    const from = this.#places[who] ?? '';
    const at = this.#sensors.indexOf(from);
    const far = this.#random.next() < 0.2;
    const steps = far ? 1 + this.#random.below(this.#sensors.length - 1) : 1;
    const to = this.#sensors[(at + steps) % this.#sensors.length] ?? from;
    this.#places[who] = to;
    return { from, to };
  }

  /** Whether anybody is in sight of a sensor. */
  isSeen(sensor: string): boolean {
    return this.#places.includes(sensor);
  }
}
