import type { Runtime, RuntimeNode } from '../node-red';

/**
 * What a node is known by over deploys, wherever it is moved to: its id or, within a subflow, where the runtime makes up
 * new ids, the ids from the outermost instance down to it.
 */
export function placeOf(node: RuntimeNode): string {
  return idsOf(node).join('/');
}

/**
 * Whether the flows that are being deployed still hold the node. The runtime calls a node removed, too, if it lives on in
 * another tab than the one that was removed around it.
 */
export function isDeployed({ nodes }: Runtime, node: RuntimeNode): boolean {
  const missing = new Set(idsOf(node));
  nodes.eachNode(({ id }) => {
    missing.delete(id);
  });
  return missing.size === 0;
}

/** The first part of a path is the tab, or `global` for what lives on none, and may change. */
function idsOf(node: RuntimeNode): readonly string[] {
  const path = '_path' in node && typeof node._path === 'string' ? node._path.split('/').slice(1) : [];
  return path.length > 0 ? path : [node.id];
}

/** The tab a node is on. In a subflow `z` is the subflow's instance; the path begins with the tab that instance is on. */
export function tabOf(node: RuntimeNode): string {
  return node._flow?.path.split('/', 1)[0] ?? node.z;
}
