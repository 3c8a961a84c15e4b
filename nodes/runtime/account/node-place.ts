import type { RuntimeNode } from '../node-red';

/** What a node is known by over deploys: its id or, within a subflow, where the runtime makes up new ids, the way that leads to it. */
export function placeOf(node: RuntimeNode): string {
  return '_path' in node && typeof node._path === 'string' ? node._path : node.id;
}
