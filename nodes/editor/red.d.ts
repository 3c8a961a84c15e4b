/**
 * What these dialogs use of Node-RED's editor API (4.0 to 5.x). Only that: `@types/node-red__editor-client` is of 1.3 and
 * lacks two-parameter validators, property labels and much of the widgets.
 */

/** A node of the flow as the editor holds it: saved options, and what was typed into dialogs but is not deployed yet. */
interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly version?: unknown;
  readonly _def: NodeDefinition;
  /** Text in the node set's own catalogue. */
  _(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** Present once the node's dialog was opened; a stored password shows only as `has_password`. */
  credentials?: Readonly<Record<string, string | boolean | undefined>>;
  dirty?: boolean;
  resize?: boolean;
  /** Its width on the sheet, once it was drawn. */
  w?: number | undefined;
}

interface OptionDefinition<T> {
  readonly value: T;
  readonly type?: string;
  readonly required?: boolean;
  readonly label?: string;
  /** Two parameters: only then may it return a reason. */
  readonly validate?: (this: EditorNode, value: string | undefined, options: unknown) => true | string;
}

interface NodeDefinition {
  readonly category: string;
  readonly color: string;
  readonly icon: string;
  readonly inputs?: number;
  readonly outputs?: number;
  readonly align?: 'left' | 'right';
  readonly label?: string | ((this: EditorNode) => string);
  readonly defaults: Record<string, OptionDefinition<unknown>>;
  readonly credentials?: Readonly<Record<string, CredentialDefinition>>;
  /** What the palette manager enables and disables as one; it belongs to a definition that is registered. */
  readonly set?: { readonly enabled?: boolean; readonly version?: string };
}

interface CredentialDefinition {
  readonly type: 'text' | 'password';
  readonly label?: string;
  readonly validate?: OptionDefinition<string>['validate'];
}

interface NodeRegistration<Options extends object> {
  readonly category: string;
  readonly color: string;
  readonly icon: string;
  readonly inputs?: 0 | 1;
  readonly outputs?: number;
  readonly align?: 'left' | 'right';
  readonly defaults: { readonly [Name in keyof Options]: OptionDefinition<Options[Name]> };
  readonly credentials?: Readonly<Record<string, CredentialDefinition>>;
  readonly paletteLabel?: string | (() => string);
  readonly categoryDescription?: string;
  readonly inputLabels?: string | (() => string);
  readonly outputLabels?: string | (() => string);
  readonly label: (this: EditorNode & Options) => string;
  readonly labelStyle?: (this: EditorNode & Options) => string;
  readonly oneditprepare?: (this: EditorNode & Options) => void;
  /** True if it is to be saved though no field was changed. */
  readonly oneditsave?: (this: EditorNode & Options) => boolean;
  readonly oneditcancel?: (this: EditorNode & Options, adding: boolean) => void;
}

interface TypedInputType {
  readonly value: string;
  readonly label?: string;
  readonly icon?: string;
  readonly validate?: (value: string, options: unknown) => true | string;
  /** Opens the editor behind the widget's `…` button; `this` is the widget. */
  readonly expand?: (this: { value(): string; value(text: string): void }) => void;
}

interface TypedInputOptions {
  readonly default?: string;
  readonly types: readonly (string | TypedInputType)[];
  readonly typeField?: string | JQuery;
}

interface JQuery {
  typedInput(options: TypedInputOptions): JQuery;
  typedInput(method: 'value' | 'type'): string;
  typedInput(method: 'value' | 'type', text: string): void;
}

/** An interface, so that `sidebar/red-sidebar.d.ts` can add what only the sidebar uses. */
interface EditorApi {
  /** Text by key; `<namespace>:<key>` names another catalogue. Unknown keys come back as they are. */
  _(key: string, values?: Readonly<Record<string, string | number>>): string;
  readonly nodes: EditorNodes;
  readonly events: EditorEvents;
  readonly utils: {
    /** `true`, or what is wrong with a value of one of the typed input's types. */
    validateTypedProperty(value: string, type: string, options: { label: string }): true | string;
  };
  readonly view: EditorView;
  readonly editor: EditorDialogs;
}

interface EditorNodes {
  registerType<Options extends object>(type: string, definition: NodeRegistration<Options>): void;
  /** The definition that a type was registered with; `null` for one that is unknown or disabled. */
  getType(type: string): NodeDefinition | null | undefined;
  /** The flows as they were loaded, node by node, before the editor made nodes of its own of them. */
  originalFlow(): readonly { readonly id: string }[] | null | undefined;
  node(id: string): EditorNode | null | undefined;
  eachNode(visit: (node: EditorNode) => void): void;
  eachConfig(visit: (node: EditorNode) => void): void;
}

interface EditorEvents {
  on(event: string, listener: (subject: EditorNode) => void): void;
  off(event: string, listener: (subject: EditorNode) => void): void;
}

interface EditorView {
  redraw(): void;
}

interface EditorDialogs {
  editJSON(options: { value: string; complete: (value: string) => void }): void;
}

declare const RED: EditorApi;
