/** Which node's dialog is open. A validator may look at the form only for that one: all other nodes are validated too. */
let edited: { readonly id: string; readonly prefix: string } | undefined;

export function startEditing(id: string, prefix: 'node-input' | 'node-config-input'): void {
  edited = { id, prefix };
}

export function stopEditing(): void {
  edited = undefined;
}

function typedValue(prefix: string, option: string): string | undefined {
  const field = document.getElementById(`${prefix}-${option}`);
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : undefined;
}

/** The option as the dialog shows it now, or as it is saved if no dialog of that node is open. */
export function presentValue(node: EditorNode, option: string): string {
  const typed = edited !== undefined && edited.id === node.id ? typedValue(edited.prefix, option) : undefined;
  const saved: unknown = Reflect.get(node, option);
  return typed ?? String(saved ?? '');
}
