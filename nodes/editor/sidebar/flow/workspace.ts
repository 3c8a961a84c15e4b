import { freeSpot } from './free-spot';
import type { NewNode, TypeDefaults } from './new-node';
import type { Replacement } from './replacement';
import { NodeUsage, type UsingNode } from './using-node';

type OurType = UsingNode['type'];

const ourTypes: readonly OurType[] = ['ochno-port-in', 'ochno-action-out'];
/** 200 nodes that are pasted are 200 events. */
const settleMs = 100;
const events = ['nodes:add', 'nodes:remove', 'nodes:change', 'deploy', 'flows:loaded', 'subflows:change'] as const;
const typeEvents = ['registry:node-set-enabled', 'registry:node-set-disabled', 'registry:node-type-added'] as const;

/** Why a node can't be placed now; a key of the catalogue. */
export type PlacingProblem =
  | 'add.types-disabled'
  | 'add.locked'
  | 'add.other-flow'
  | 'add.dialog-open'
  | 'add.busy'
  | 'add.no-tab'
  | 'add.failed';

export interface WorkspaceListener {
  /** Nodes of ours came, went or changed. */
  onNodes(): void;
  /** The selection on the workspace changed; the nodes of ours in it. */
  onSelection(nodes: readonly UsingNode[]): void;
}

/** The flows in the editor, as far as they are about ports. */
export class Workspace {
  readonly #listener: WorkspaceListener;
  readonly #defaultCompany: (account: string) => string;
  #nodes: readonly UsingNode[] | undefined;
  #usage: NodeUsage | undefined;
  #isLoaded = false;
  #openTrays = 0;
  #settling: number | undefined;

  constructor(listener: WorkspaceListener, defaultCompany: (account: string) => string) {
    this.#listener = listener;
    this.#defaultCompany = defaultCompany;
    for (const event of [...events, ...typeEvents])
      RED.events.on(event, (node: EditorNode) => this.#changed(event, node));
    RED.events.on('editor:open', () => {
      this.#openTrays += 1;
    });
    RED.events.on('editor:close', () => {
      this.#openTrays = Math.max(0, this.#openTrays - 1);
    });
    RED.events.on('view:selection-changed', (selection: WorkspaceSelection) => {
      const nodes = (selection.nodes ?? []).flatMap(usingNode);
      if (nodes.length > 0) this.#listener.onSelection(nodes);
    });
  }

  /** Whether the flows have arrived in the editor. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get nodes(): readonly UsingNode[] {
    this.#nodes ??= ourTypes.flatMap((type) => RED.nodes.filterNodes({ type })).flatMap(usingNode);
    return this.#nodes;
  }

  get usage(): NodeUsage {
    this.#usage ??= new NodeUsage(this.nodes, this.#defaultCompany);
    return this.#usage;
  }

  /** Those that show a failure; what stands under a node is its status in the viewer's language. */
  get troubled(): readonly { readonly node: UsingNode; readonly status: string }[] {
    return this.nodes.flatMap((node) => {
      const status = RED.nodes.node(node.id)?.status;
      return status?.fill === 'red' && status.text ? [{ node, status: status.text }] : [];
    });
  }

  /** The default company of an account may have changed. */
  forgetUsage(): void {
    this.#usage = undefined;
  }

  defaults(type: OurType): TypeDefaults | undefined {
    return RED.nodes.getType(type)?.defaults;
  }

  /** Whether Node-RED has our nodes. One that is disabled while the editor is open stays defined there. */
  get hasTypes(): boolean {
    return ourTypes.every((type) => RED.nodes.getType(type)?.set?.enabled === true);
  }

  /** As the node is labelled on the sheet. */
  nameOf(id: string): string {
    const node = RED.nodes.node(id);
    if (!node) return id;
    const { label } = node._def;
    return (typeof label === 'function' ? label.call(node) : label) || node.type;
  }

  /** Whether a dialog is open: what it will save would undo what is done to its node, and keys go to what is selected behind it. */
  get isDialogOpen(): boolean {
    return this.#openTrays > 0;
  }

  /**
   * Selects the nodes and brings the first of them into sight, on its tab or subflow. Of nodes on several of them those on
   * the next are shown each time.
   *
   * @returns whether it could: not behind a dialog
   */
  show(ids: readonly string[]): boolean {
    if (this.isDialogOpen) return false;
    const nodes = ids.map((id) => RED.nodes.node(id)).filter((node) => node !== null && node !== undefined);
    const sheets = [...new Set(nodes.map(({ z }) => z))];
    const active = sheets.indexOf(String(RED.workspaces.active()));
    const selected = new Set(RED.view.selection().nodes?.map(({ id }) => id));
    const isShown = nodes.every(({ id, z }) => z !== sheets[active] || selected.has(id));
    const next = sheets[active >= 0 && isShown ? (active + 1) % sheets.length : Math.max(0, active)];
    // Selecting takes one sheet.
    const there = nodes.filter(({ z }) => z === next);
    const [first] = there;
    if (first === undefined) return true;
    RED.view.reveal(first.id);
    RED.view.select({ nodes: there });
    return true;
  }

  /** What stands in the way of adding these nodes, if anything does. */
  placingProblem(nodes: readonly NewNode[]): PlacingProblem | undefined {
    const active = RED.workspaces.active();
    if (!this.#isLoaded || !this.hasTypes) return 'add.types-disabled';
    if (active === 0 || active === '') return 'add.no-tab';
    if (RED.workspaces.isLocked()) return 'add.locked';
    if (this.isDialogOpen) return 'add.dialog-open';
    if (nodes.some(isOfOtherFlow)) return 'add.other-flow';
    return RED.view.state() === 0 ? undefined : 'add.busy';
  }

  /**
   * Hangs the nodes at the pointer, to be placed with a click, or, without a pointer, puts them straight on the sheet.
   * An import into a locked tab would leave nodes behind that no undo takes back, so this is looked at first.
   */
  place(nodes: readonly NewNode[], by: 'pointer' | 'keyboard'): PlacingProblem | undefined {
    const problem = this.placingProblem(nodes);
    if (problem !== undefined) return problem;
    const isByKeys = by === 'keyboard';
    const options = { generateIds: true, notify: false, touchImport: isByKeys };
    const placed = RED.view.importNodes(isByKeys ? inSight(nodes) : nodes, options);
    if (placed === undefined) return 'add.failed';
    if (isByKeys) RED.nodes.dirty(true);
    // Without the focus on the sheet, Esc would not let go of them.
    RED.view.focus();
    return undefined;
  }

  /** Changes nodes as one step of undo; those in locked flows are left as they are. */
  replace(replacements: readonly Replacement[]): { readonly changed: number; readonly locked: number } {
    return replaceInNodes(replacements);
  }

  #changed(event: string, node: EditorNode | undefined): void {
    if (event === 'flows:loaded') this.#isLoaded = true;
    const isNode = event.startsWith('nodes:');
    if (isNode && !isOurs(node?.type)) return;
    this.#nodes = undefined;
    this.#usage = undefined;
    this.#settling ??= window.setTimeout(() => {
      this.#settling = undefined;
      this.#listener.onNodes();
    }, settleMs);
  }
}

/** The nodes where they are seen, and on no other. */
function inSight(nodes: readonly NewNode[]): readonly NewNode[] {
  const chart = document.getElementById('red-ui-workspace-chart');
  const { scrollLeft = 0, scrollTop = 0, clientWidth = 0, clientHeight = 0 } = chart ?? {};
  const scale = RED.view.scale();
  const seen = {
    x: scrollLeft / scale,
    y: scrollTop / scale,
    width: clientWidth / scale,
    height: clientHeight / scale,
  };
  const others = RED.nodes.filterNodes({ z: String(RED.workspaces.active()) });
  const taken = others.map(({ x, y }) => ({ x: Number(x), y: Number(y) }));
  const spot = freeSpot(seen, taken, nodes.length);
  return nodes.map((node) => ({ ...node, x: spot.x, y: spot.y + Number(node.y) }));
}

/** An account node may belong to one flow or subflow: in another the runtime would not find it. */
function isOfOtherFlow({ account }: NewNode): boolean {
  const { z = '' } = RED.nodes.node(String(account)) ?? {};
  return z !== '' && z !== RED.workspaces.active();
}

function isOurs(type: unknown): type is OurType {
  return type === 'ochno-port-in' || type === 'ochno-action-out';
}

function usingNode(node: EditorNode): readonly UsingNode[] {
  const { id, type } = node;
  if (!isOurs(type)) return [];
  const text = (option: string): string => {
    const value = node[option];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return [
    {
      ...{ id, type, account: text('account'), company: text('company'), location: text('location') },
      ...{ hub: text('hub'), port: text('port'), command: text('command') },
    },
  ];
}

/**
 * Writes what was planned into the nodes, all of them one step of undo. None of the options is a reference to another
 * node, so that nobody's users change. In a locked flow nothing is touched: setting a property there throws, and an undo
 * that throws half-way can't be mended.
 */
function replaceInNodes(replacements: readonly Replacement[]): {
  readonly changed: number;
  readonly locked: number;
} {
  const dirty = RED.nodes.dirty();
  const events: HistoryEvent[] = [];
  let locked = 0;
  for (const { node, fields } of replacements) {
    const present = RED.nodes.node(node.id);
    if (fields === undefined || !present) continue;
    if (isLocked(present)) {
      locked += 1;
      continue;
    }
    events.push(change(present, fields, dirty));
  }
  if (events.length > 0) {
    RED.history.push({ t: 'multi', events, dirty });
    RED.nodes.dirty(true);
    RED.view.redraw(true);
    // Ctrl-Z is bound to the sheet: with the focus elsewhere it would do nothing.
    RED.view.focus();
  }
  return { changed: events.length, locked };
}

function change(node: EditorNode, fields: Readonly<Record<string, string>>, dirty: boolean): HistoryEvent {
  const before = Object.fromEntries(Object.keys(fields).map((option) => [option, node[option]]));
  const event: HistoryEvent = { t: 'edit', node, changes: before, changed: node.changed, dirty };
  Object.assign(node, fields, { changed: true, dirty: true });
  RED.editor.validateNode(node);
  RED.events.emit('nodes:change', node);
  return event;
}

function isLocked({ z = '' }: EditorNode): boolean {
  return (RED.nodes.workspace(z) ?? RED.nodes.subflow(z))?.locked === true;
}
