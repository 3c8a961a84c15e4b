import type { FlowNode } from '../../support/node-red';

export const account: FlowNode = { id: 'acc', type: 'ochno-config', server: 'https://operated.ochno.com' };

export function portIn(options: object = {}): FlowNode {
  return { id: 'in', type: 'ochno-port-in', z: 'tab', account: 'acc', wires: [['out']], ...options };
}
