import type { EventGap } from '../../../src/client/events/port-subscriber';
import type { RuntimeNode } from '../node-red';

/** Sees to it that of all nodes that hear of one gap, one on each tab speaks of it. */
export class GapNotice {
  /** The last gap spoken of, by tab and company. */
  readonly #spokenOf = new Map<string, string>();

  /** Whether this node is the first of its tab to hear of this gap. */
  isFirst(node: RuntimeNode, gap: EventGap): boolean {
    const place = `${tabOf(node)}/${gap.company}`;
    const span = `${gap.from}-${gap.to}`;
    if (this.#spokenOf.get(place) === span) return false;
    this.#spokenOf.set(place, span);
    return true;
  }
}

/** The tab a node is on. In a subflow `z` is the subflow's instance; the path begins with the tab that instance is on. */
export function tabOf(node: RuntimeNode): string {
  return node._flow?.path.split('/', 1)[0] ?? node.z;
}
