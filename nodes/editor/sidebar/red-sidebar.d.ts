/*
 * What the sidebar uses of Node-RED's editor API beyond what the dialogs do (4.0 to 5.x).
 */

/** A node on the workspace. Its options are read by name: they may be anything a flow was saved with. */
interface EditorNode {
  readonly z?: string;
  readonly [option: string]: unknown;
  changed?: boolean;
  /** As it stands under the node. */
  readonly status?: { readonly fill?: string; readonly text?: string };
}

/** One thing that Ctrl-Z takes back. */
type HistoryEvent =
  | {
      readonly t: 'edit';
      readonly node: EditorNode;
      /** The values before. */
      readonly changes: Readonly<Record<string, unknown>>;
      readonly changed: boolean | undefined;
      readonly dirty: boolean;
    }
  | { readonly t: 'multi'; readonly events: readonly HistoryEvent[]; readonly dirty: boolean };

interface SidebarTab {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly iconClass: string;
  readonly content: HTMLElement;
  readonly enableOnEdit: boolean;
  readonly action: string;
  readonly pinned: boolean;
}

interface EditorApi {
  readonly i18n: { lang(): string };
  readonly settings: { readonly version: string };
  readonly plugins: {
    registerPlugin(id: string, plugin: { readonly type: string; readonly onadd: () => void }): void;
  };
  readonly sidebar: { addTab(tab: SidebarTab): void; show(id: string): void };
  readonly actions: { add(name: string, act: () => void, options: { readonly label: string }): void };
  readonly keyboard: { add(scope: string, keys: string, action: string): void };
  readonly user: { hasPermission(permission: string): boolean };
  readonly history: { push(event: HistoryEvent): void };
  readonly workspaces: { active(): string | 0; isLocked(id?: string): boolean; show(id: string): void };
  readonly comms: {
    /** Missing in editors older than 4.0. */
    send?(topic: string, data: unknown): void;
    subscribe(topic: string, listener: (topic: string, data: unknown) => void): void;
    on(event: 'connect' | 'disconnect', listener: () => void): void;
  };
  /** The message is HTML. */
  notify(message: string, options: { readonly type: string; readonly timeout?: number }): void;
}

interface EditorNodes {
  updateConfigNodeUsers(node: EditorNode, options: { readonly action: 'add' }): void;
  filterNodes(filter: { readonly type?: string; readonly z?: string }): readonly EditorNode[];
  dirty(): boolean;
  dirty(isDirty: boolean): void;
  workspace(id: string): { readonly label?: string; readonly locked?: boolean } | undefined;
  subflow(id: string): { readonly name?: string; readonly locked?: boolean } | undefined;
}

interface EditorEvents {
  on(event: string, listener: (subject: WorkspaceSelection) => void): void;
  emit(event: 'nodes:change', node: EditorNode): void;
}

interface WorkspaceSelection {
  readonly nodes?: readonly EditorNode[];
}

interface EditorView {
  /** Everything that changed is drawn anew. */
  redraw(updateActive: boolean): void;
  focus(): void;
  /** 0 if nothing is being dragged, drawn or placed. */
  state(): number;
  reveal(id: string): void;
  selection(): WorkspaceSelection;
  /** 1 if the sheet is shown as large as it is. */
  scale(): number;
  select(selection: { readonly nodes: readonly EditorNode[] }): void;
  /** Gives nothing after a failure, which it says itself. */
  importNodes(
    nodes: readonly object[],
    options: { readonly generateIds: boolean; readonly notify: boolean; readonly touchImport: boolean },
  ): { readonly nodeMap: Readonly<Record<string, EditorNode>> } | undefined;
}

interface JQuery {
  draggable(options: {
    readonly helper: () => HTMLElement;
    readonly appendTo: string;
    readonly containment: string;
    readonly cursorAt: { readonly left: number; readonly top: number };
    readonly revert: string;
    readonly revertDuration: number;
    /** In px, before it counts as dragged. */
    readonly distance: number;
    /** False if it shall not be dragged. */
    readonly start: () => boolean;
    readonly stop: () => void;
  }): void;
}

interface EditorDialogs {
  validateNode(node: EditorNode): boolean;
}
