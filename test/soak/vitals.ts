import { heapInUse } from '../support/heap';
import type { StormClock } from './storm-clock';

/** What must not grow. */
export interface Vitals {
  readonly heapBytes: number;
  readonly sockets: number;
  /** Of the account's clock: for each timer the place in the code that has set it. */
  readonly timers: readonly string[];
  readonly listeners: number;
}

const sampleMs = 25;
/** What comes and goes as the HTTP pool's idle connections do. */
const socketSlack = 4;
const timerSlack = 3;
/**
 * For up to a minute after an outage each connection looks by a timer of its own for what the broker has kept, and has two
 * more for what comes on two connections meanwhile.
 */
const timersOfCatchingUp = { 'missed-events.ts:': 1, 'patient-time.ts:': 2 };
/** The records of the simulator, and what the engine keeps for speed. */
const heapSlackBytes = 24 * 1024 * 1024;

/** Takes the pulse of a process at rest: the least of each in a time that holds a whole rotation. */
export async function takeVitals(clock: StormClock, forMs: number): Promise<Vitals> {
  let sockets = Number.POSITIVE_INFINITY;
  let timers = clock.timers;
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
    sockets = Math.min(sockets, process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length);
    if (clock.timers.length < timers.length) timers = clock.timers;
  }
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return { heapBytes: await heapInUse(), sockets, timers, listeners };
}

/**
 * What has grown between two pulses, in words.
 *
 * @param connections how many there are: those beside the first may look for what was kept at one pulse and not at the other
 */
export function growth(before: Vitals, after: Vitals, connections: number): readonly string[] {
  const grown: string[] = [];
  if (after.sockets > before.sockets + socketSlack) grown.push(`sockets: ${before.sockets} → ${after.sockets}`);
  if (restingTimers(after, connections) > restingTimers(before, connections) + timerSlack) {
    grown.push(`timers: ${before.timers.length} (${before.timers}) → ${after.timers.length} (${after.timers})`);
  }
  if (after.listeners > before.listeners) grown.push(`listeners: ${before.listeners} → ${after.listeners}`);
  if (after.heapBytes > before.heapBytes + heapSlackBytes) {
    grown.push(`heap: ${megabytes(before.heapBytes)} → ${megabytes(after.heapBytes)}`);
  }
  return grown;
}

function restingTimers({ timers }: Vitals, connections: number): number {
  const passing = Object.entries(timersOfCatchingUp).map(([file, each]) =>
    Math.min(timers.filter((place) => place.startsWith(file)).length, each * (connections - 1)),
  );
  return timers.length - passing.reduce((sum, count) => sum + count, 0);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
