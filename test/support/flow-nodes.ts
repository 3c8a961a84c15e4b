import type { FlowNode } from './node-red-process';

/** The tab that the other nodes are on. */
export const tab: FlowNode = { id: 'tab', type: 'tab', label: 'Tab' };

/** The account of the others; who loads it says what client it has. */
export const account: FlowNode = { id: 'acc', type: 'ochno-config', server: 'https://operated.ochno.com' };

/** A node that keeps what it receives. */
export function inbox(id: string): FlowNode {
  return { id, type: 'helper', z: 'tab', wires: [] };
}

/** A Catch node of the whole tab; what it catches is in `caught`. */
export const catching: readonly FlowNode[] = [
  { id: 'catcher', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
  inbox('caught'),
];

/** A Complete node; what the node of that id completes is in `completed`. */
export function completing(id: string): readonly FlowNode[] {
  return [{ id: 'completer', type: 'complete', z: 'tab', scope: [id], wires: [['completed']] }, inbox('completed')];
}

/** A node of the account `acc` whose output leads to `out`. */
export function ochnoNode(id: string, type: string, options: object = {}): FlowNode {
  return { id, type, z: 'tab', account: 'acc', wires: [['out']], ...options };
}
