import { hasFlows, type Runtime } from '../node-red';

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
    RED.events.on('flows:started', () => this.end());
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Also of one whose flows do not start, since they were stopped by hand or miss a type: they are waited for no longer. */
  end(): void {
    this.#isUnderWay = false;
  }
}
