import type { Runtime } from '../node-red';

/**
 * Whether a deploy is under way. The runtime answers the editor that deploys before its flows have started, and editors
 * connect before they have started for the first time: until then it has no nodes, or some of them.
 */
export class DeployPhase {
  #isUnderWay: boolean;

  constructor(RED: Runtime) {
    this.#isUnderWay = !hasFlows(RED);
    for (const event of ['flows:stopping', 'flows:starting']) {
      RED.events.on(event, () => {
        this.#isUnderWay = true;
      });
    }
    RED.events.on('flows:started', () => this.giveUp());
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Flows that were stopped by hand, or that miss a type, do not start: they are waited for no longer. */
  giveUp(): void {
    this.#isUnderWay = false;
  }
}

/** Whether the runtime has read its flows. Until it has, and if it can't decrypt their credentials, `eachNode` throws. */
export function hasFlows(RED: Runtime): boolean {
  try {
    RED.nodes.eachNode(() => undefined);
    return true;
  } catch {
    return false;
  }
}
