import { type DialogForm, dialogForm } from './dialog-form';
import { startEditing, stopEditing } from './edited-node';
import { showReasons } from './field-reasons';

type Prefix = 'node-input' | 'node-config-input';

/**
 * The life of a dialog: `prepare` is run with the form each time it opens, what it registered with `onClose` when it is
 * closed, saved or not. `missingReference` is said where a node has to be chosen and none is.
 */
export function editDialog<Options>(
  prefix: Prefix,
  missingReference: string,
  prepare: (form: DialogForm, node: EditorNode & Options) => void,
): { open(node: EditorNode & Options): void; close(): void } {
  let closers: (() => void)[] = [];
  const close = (): void => {
    stopEditing();
    for (const closer of closers.splice(0)) closer();
  };
  return {
    open(node) {
      close();
      closers = [];
      startEditing(node.id, prefix);
      const root = $(`#${prefix}-name`).closest('.ochno-form');
      const form = dialogForm(root, prefix, closers);
      prepare(form, node);
      showReasons(form, node, missingReference);
    },
    close,
  };
}
