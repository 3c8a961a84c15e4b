import type { Replacement } from './replacement';

/**
 * Writes what was planned into the nodes, all of them one step of undo. None of the options is a reference to another
 * node, so that nobody's users change. In a locked flow nothing is touched: setting a property there throws, and an undo
 * that throws half-way can't be mended.
 */
export function replaceInNodes(replacements: readonly Replacement[]): {
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
