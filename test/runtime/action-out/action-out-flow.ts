import { account, catching, completing, inbox, ochnoNode, tab } from '../../support/flow-nodes';
import type { FlowNode } from '../../support/node-red';

/** The ids of one port, as options. */
export const fixed = { location: 'l1', hub: 'h1', port: 'p1' };

/** The flow that is left if the action-out is removed. */
export const withoutActionOut: readonly FlowNode[] = [tab, account, inbox('out'), ...catching, ...completing('act')];

/** An action-out `act` and what there is to see of it: `out`, `caught` and `completed`. */
export function actionOutFlow(options: object = {}): readonly FlowNode[] {
  return [...withoutActionOut, ochnoNode('act', 'ochno-action-out', options)];
}
