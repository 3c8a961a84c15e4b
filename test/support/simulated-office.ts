import assert from 'node:assert/strict';
import type { PortIds, Simulator } from '../simulator';
import { tab } from './flow-nodes';
import { loadFlow, type RunningFlow } from './node-red';
import type { FlowCredentials, FlowNode } from './node-red-process';

/** The company of the simulated office that most tests listen to. */
export const company = 'r2d2i5b43';

/** A port of the company, by its place in the list. */
export function portOf({ building }: Simulator, index = 0): PortIds {
  const port = [...building.ports.values()].filter(({ companyId }) => companyId === company)[index];
  assert.ok(port, `the building has no port ${index}`);
  return building.address(port.id);
}

/** The company's ports that have a lamp. */
export function lampsOf({ building }: Simulator): readonly PortIds[] {
  return [...building.ports.values()]
    .filter(({ companyId, data }) => companyId === company && data.device?.lamp !== undefined)
    .map(({ id }) => building.address(id));
}

export function lampOf(simulator: Simulator): PortIds {
  const [lamp] = lampsOf(simulator);
  assert.ok(lamp, 'the building has no lamp');
  return lamp;
}

/** An account node for the simulator. */
export function accountAt({ url: server }: Simulator, options: object = {}): FlowNode {
  return { id: 'acc', type: 'ochno-config', server, company, ...options };
}

/** What account nodes log in to the simulator with. */
export function credentialsOf({ email, password }: Simulator, ids: readonly string[] = ['acc']): FlowCredentials {
  return Object.fromEntries(ids.map((id) => [id, { email, password }]));
}

/** Runs these nodes on a tab, with the account that they use; `options` are the account's. */
export function loadOffice(
  simulator: Simulator,
  nodes: readonly FlowNode[],
  options: object = {},
): Promise<RunningFlow> {
  return loadFlow({ flow: [tab, accountAt(simulator, options), ...nodes], credentials: credentialsOf(simulator) });
}
