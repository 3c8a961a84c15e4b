import type { Runtime } from './node-red';

/** Something with more to say once the flows that are being started have started. */
export interface Starter {
  flowsStarted(): void;
}

/** One listener of the runtime for all of them: there may be thousands. */
const starters = new Set<Starter>();

/** Calls it when the next start of flows is over, unless `cancelAfterStart` comes first. */
export function afterStart({ events }: Runtime, starter: Starter): void {
  if (starters.size === 0) events.once('flows:started', callAll);
  starters.add(starter);
}

export function cancelAfterStart(starter: Starter): void {
  starters.delete(starter);
}

function callAll(): void {
  const started = [...starters];
  starters.clear();
  for (const starter of started) starter.flowsStarted();
}
