import type { Building } from '../building/building';
import type { Port } from '../building/port';
import { commandFor } from '../building/port-kind';
import type { Words } from '../words';
import { type NewNode, newNode } from './new-node';
import { type Dragged, NodeDrag } from './node-drag';
import type { UsingNode } from './using-node';
import type { Workspace } from './workspace';

export interface NodeAddingParts {
  readonly building: Building;
  readonly workspace: Workspace;
  readonly words: Words;
  /** Whether the user may change flows. */
  readonly mayEdit: boolean;
  say(text: string): void;
}

/** Ports become nodes on the sheet: by a click that hangs them at the pointer, by keys alone, or dragged. */
export class NodeAdding {
  readonly #parts: NodeAddingParts;
  readonly #drag: NodeDrag;

  constructor(parts: NodeAddingParts) {
    this.#parts = parts;
    const { workspace, words, say } = parts;
    this.#drag = new NodeDrag({ workspace, onProblem: (problem) => say(words.text(problem)) });
  }

  /** One node for each group of ports. */
  add(
    type: UsingNode['type'],
    groups: readonly (readonly Port[])[],
    by: 'pointer' | 'keyboard',
    property?: string,
  ): void {
    const { words, workspace, say } = this.#parts;
    const nodes = this.#newNodes(type, groups, property);
    if (nodes.length === 0) return;
    const problem = workspace.place(nodes, by);
    const done = by === 'keyboard' ? 'add.placed' : 'add.hangs';
    say(words.text(problem ?? done, { count: nodes.length, number: words.number(nodes.length, 0) }));
  }

  /**
   * Lets a port be dragged into a flow by an element: it becomes what it takes commands by, else its events or one value.
   *
   * @param key of the port, which may be another object by then
   */
  dragFrom(source: HTMLElement, key: string, property?: string): void {
    this.#drag.from(source, () => this.#dragged(key, property));
  }

  #dragged(key: string, property: string | undefined): Dragged | undefined {
    const port = this.#parts.building.port(key);
    if (port === undefined || !this.#parts.mayEdit) return undefined;
    const isCommanded = property === undefined && (port.kind === 'lamp' || port.kind === 'fan');
    const [node] = this.#newNodes(isCommanded ? 'ochno-action-out' : 'ochno-port-in', [[port]], property);
    return node && { node, label: property ?? port.name };
  }

  /** None while Node-RED does not know the type. */
  #newNodes(type: UsingNode['type'], groups: readonly (readonly Port[])[], property?: string): readonly NewNode[] {
    const defaults = this.#parts.workspace.defaults(type);
    if (defaults === undefined) return [];
    return groups.map((group, at) => {
      const command = group.every(({ kind }) => commandFor(kind) === 'device') ? 'device' : 'lamp';
      const wanted = { type, defaults, command, addresses: group.map(({ address }) => address) } as const;
      return newNode({ ...wanted, ...(property === undefined ? {} : { property }) }, at);
    });
  }
}
