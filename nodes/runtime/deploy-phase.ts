import { type Clock, systemClock } from '../../src/client/time/clock';
import { hasFlows, type Runtime } from './node-red';

/** A node may take 15 seconds to close. */
const longestMs = 20_000;

/** Of the runtime's notices to editors: in which state the flows are. */
interface RuntimeNotice {
  readonly id: string;
  readonly payload?: { readonly state?: string; readonly error?: string; readonly deploy?: boolean };
}

/**
 * Whether a deploy is under way. The runtime answers the editor that deploys before its flows have started, and editors
 * connect before they have started for the first time: until then it has no nodes, or some of them. What an editor asks
 * meanwhile waits for the end.
 */
export class DeployPhase {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #isUnderWay: boolean;
  #cancel: (() => void) | undefined;

  constructor(RED: Runtime, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#isUnderWay = !hasFlows(RED);
    for (const event of ['flows:stopping', 'flows:starting']) {
      RED.events.on(event, () => {
        this.#isUnderWay = true;
      });
    }
    RED.events.on('flows:started', () => this.#end());
    RED.events.on('runtime-event', (notice: RuntimeNotice) => {
      if (tellsOfNoStart(notice)) this.#end();
    });
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Resolves when no deploy is under way; after twenty seconds at the latest, by which this one counts as over. */
  over(): Promise<void> {
    if (!this.#isUnderWay) return Promise.resolve();
    this.#cancel ??= this.#clock.after(longestMs, () => this.#end());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #end(): void {
    this.#isUnderWay = false;
    this.#cancel?.();
    this.#cancel = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** The flows stay as they are: a type or a module is missing, it is the safe mode, or they were stopped by hand. */
function tellsOfNoStart({ id, payload }: RuntimeNotice): boolean {
  if (id !== 'runtime-state' || payload === undefined) return false;
  return payload.error !== undefined || (payload.state === 'stop' && payload.deploy !== true);
}

/** By the events of each runtime, which all modules of a package share. */
const phases = new WeakMap<Runtime['events'], DeployPhase>();

/** The one of this runtime. It knows of deploys that have begun since it was asked for first, as the sidebar does when it is loaded. */
export function deployPhaseOf(RED: Runtime): DeployPhase {
  const phase = phases.get(RED.events) ?? new DeployPhase(RED);
  phases.set(RED.events, phase);
  return phase;
}
