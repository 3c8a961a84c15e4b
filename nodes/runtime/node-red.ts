/**
 * The part of Node-RED's runtime API these nodes use. The types come from `@node-red/registry`: those of `node-red`
 * itself drag the browser's DOM in.
 */
import type { Node, NodeAPI, NodeDef, NodeMessageInFlow, NodeStatus } from '@node-red/registry';

/** What Node-RED hands a node module as `RED`. */
export type Runtime = NodeAPI;

/** A node as the runtime made it. */
export type RuntimeNode = Node;

/** A node as it was saved, `${ENV}` filled in by the runtime if the variable is set. */
export type SavedNode<Options> = NodeDef & Options;

/** A message on its way through a flow. */
export type Message = NodeMessageInFlow;

/**
 * What stands under a node in the editor; `{}` shows nothing. Status nodes also get the `code`, a word that stays the same in
 * every language.
 */
export type Status = Readonly<NodeStatus & { code?: string }>;

/** The node of that id, unless there is none or it is disabled. */
export function findNode(RED: Runtime, id: string): RuntimeNode | undefined {
  const node: RuntimeNode | null | undefined = RED.nodes.getNode(id);
  return node ?? undefined;
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
