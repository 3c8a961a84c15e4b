import type { PlatformClock } from '../platform-clock';
import type { Building } from './building';
import type { SensorState } from './building-model';
import { sensorReading } from './climate';
import { People } from './people';
import { Random } from './random';

const shortestTickMs = 20;
/** How often it is people rather than the weather that a sensor tells of. */
const walks = 0.5;

/** Has things happen in a building, so many a second: sensors drift, people move, devices come and go. */
export class BuildingLife {
  readonly #building: Building;
  readonly #clock: PlatformClock;
  readonly #random: Random;
  readonly #places: readonly string[];
  readonly #rate: number;
  readonly #people: People;
  readonly #felt: (portKey: string, reading: SensorState) => SensorState;
  /** Sensors that are about to see somebody arrive. */
  readonly #arrivals: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #owed = 0;
  #lastTick = 0;

  /** @param felt what a sensor reads instead, with what people did to its room */
  constructor(
    building: Building,
    clock: PlatformClock,
    seed: number,
    rate: number,
    felt: (portKey: string, reading: SensorState) => SensorState = (_, reading) => reading,
  ) {
    this.#felt = felt;
    this.#building = building;
    this.#clock = clock;
    this.#random = new Random(seed);
    this.#rate = rate;
    const own = [...building.ports].filter(([, { companyId }]) => building.owns(companyId));
    this.#places = own.map(([portKey]) => portKey);
    const sensors = own.filter(([, { data }]) => data.device?.sensor !== undefined).map(([portKey]) => portKey);
    this.#people = new People(this.#random, sensors);
  }

  start(): void {
    if (this.#rate <= 0 || this.#places.length === 0) return;
    this.#lastTick = performance.now();
    this.#timer = setInterval(() => this.#tick(), Math.max(shortestTickMs, Math.min(1000, 1000 / this.#rate)));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    this.#owed += ((now - this.#lastTick) / 1000) * this.#rate;
    this.#lastTick = now;
    for (; this.#owed >= 1; this.#owed--) this.happen();
  }

  /** One thing happens, and makes one event at most: a sensor that reads what it read before says nothing. */
  happen(): void {
    const arrival = this.#arrivals.shift();
    const portKey = arrival ?? this.#random.pick(this.#places);
    const port = portKey === undefined ? undefined : this.#building.ports.get(portKey);
    if (portKey === undefined || port === undefined) return;
    const { connected, device } = port.data;
    const kind = device?.types?.[0];
    if (!connected) this.#building.plugIn(portKey);
    else if (kind === 'sensor' && arrival !== undefined) this.#sense(portKey);
    else if (kind === 'sensor') this.#walkOrDrift(portKey);
    else if (kind === 'computer' || kind === 'phone') this.#useOrUnplug(portKey);
    else if (kind === 'button') this.#press(portKey, device?.button?.pushed !== true);
    else if (kind === 'dimmer') this.#dim(portKey);
    else this.#draw(portKey);
  }

  /** Somebody leaves one sensor's sight, and comes into another's as the next thing that happens. */
  #walkOrDrift(portKey: string): void {
    const step = this.#random.next() < walks ? this.#people.walk() : undefined;
    if (step !== undefined) this.#arrivals.push(step.to);
    const from = step === undefined ? undefined : this.#building.ports.get(step.from);
    this.#sense(step === undefined || from?.data.device?.sensor === undefined ? portKey : step.from);
  }

  /** A sensor reads its climate, and whether anybody is there. */
  #sense(portKey: string): void {
    const sensor = sensorReading(this.#building.placeSeed(portKey), this.#clock.now());
    this.#building.setSensor(portKey, this.#felt(portKey, { ...sensor, motion: this.#people.isSeen(portKey) }));
  }

  #useOrUnplug(portKey: string): void {
    if (this.#random.next() < 0.2) this.#building.unplug(portKey);
    else this.#building.change(portKey, { device: { power: { direction: 'out', watt: this.#watts(60) } } });
  }

  #press(portKey: string, pushed: boolean): void {
    this.#building.change(portKey, { device: { button: { activeport: 1, pushed } } });
  }

  #dim(portKey: string): void {
    this.#building.change(portKey, { device: { dimmer: { dimming: this.#random.below(101), clicked: false } } });
  }

  /** What a lamp or fan draws. */
  #draw(portKey: string): void {
    const level = this.#building.port(portKey).data.device?.lamp?.level ?? 20;
    this.#building.change(portKey, { device: { power: { direction: 'out', watt: this.#watts(0.4 + level * 0.15) } } });
  }

  #watts(most: number): number {
    return Number((most * (0.9 + 0.1 * this.#random.next())).toFixed(1));
  }
}
