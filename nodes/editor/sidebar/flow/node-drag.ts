import { element } from '../../dialog/elements';
import type { NewNode } from './new-node';
import type { Workspace } from './workspace';

export interface Dragged {
  readonly node: NewNode;
  /** What hangs at the pointer. */
  readonly label: string;
}

export interface NodeDragOptions {
  readonly workspace: Workspace;
  /** Why nothing can be dropped now; a key of the catalogue. */
  onProblem(problem: string): void;
}

/**
 * Nodes dragged onto the sheet as from the palette: Node-RED's own sheet takes what looks like an element of the palette
 * and makes a node of that type where it is dropped, which is filled in before it is drawn.
 */
export class NodeDrag {
  readonly #options: NodeDragOptions;
  #dragged: NewNode | undefined;

  constructor(options: NodeDragOptions) {
    this.#options = options;
    RED.events.on('nodes:add', (node: EditorNode) => this.#fillIn(node));
  }

  /** Makes a node of what is dragged from here; `make` is asked when that begins. */
  from(source: HTMLElement, make: () => Dragged | undefined): void {
    // Most rows come and go without being touched.
    source.addEventListener('pointerdown', () => this.#prepare(source, make), { once: true });
  }

  #prepare(source: HTMLElement, make: () => Dragged | undefined): void {
    $(source).draggable({
      helper: () => element('div', { class: 'ochno-sb-dragged' }, make()?.label ?? ''),
      ...{ appendTo: '#red-ui-editor', containment: '#red-ui-main-container', cursorAt: { left: 60, top: 14 } },
      ...{ revert: 'invalid', revertDuration: 200, distance: 6 },
      start: () => {
        const made = make();
        if (made === undefined) return false;
        const problem = this.#options.workspace.placingProblem([made.node]);
        if (problem !== undefined) {
          this.#options.onProblem(problem);
          return false;
        }
        this.#dragged = made.node;
        source.classList.add('red-ui-palette-node');
        source.dataset.paletteType = made.node.type;
        return true;
      },
      stop: () => {
        this.#dragged = undefined;
        source.classList.remove('red-ui-palette-node');
        // Ctrl-Z is bound to the sheet.
        RED.view.focus();
      },
    });
  }

  #fillIn(node: EditorNode): void {
    if (node.type !== this.#dragged?.type) return;
    const own = new Set(['id', 'type', 'x', 'y', 'wires']);
    const options = Object.entries(this.#dragged).filter(([option]) => !own.has(option));
    this.#dragged = undefined;
    Object.assign(node, Object.fromEntries(options));
    RED.nodes.updateConfigNodeUsers(node, { action: 'add' });
  }
}
