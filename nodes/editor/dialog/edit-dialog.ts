import { type DialogForm, dialogForm, trimFields } from './dialog-form';
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
): { open(node: EditorNode & Options): void; save(): void; close(): void } {
  let closers: (() => void)[] = [];
  const findRoot = (): JQuery => $(`#${prefix}-name`).closest('.ochno-form');
  const close = (): void => {
    stopEditing();
    for (const closer of closers.splice(0)) closer();
  };
  return {
    open(node) {
      close();
      closers = [];
      startEditing(node.id, prefix);
      const root = findRoot();
      for (const form of root.toArray()) ignoreStrayClicks(form);
      const form = dialogForm(root, prefix, closers);
      prepare(form, node);
      showReasons(form, node, missingReference);
    },
    save() {
      trimFields(findRoot());
      close();
    },
    close,
  };
}

/** The second click of a double click is meant for what the first one hit, not for what has appeared under the pointer since. */
function ignoreStrayClicks(form: HTMLElement): void {
  let hit: EventTarget | null = null;
  const listener = (event: MouseEvent): void => {
    if (event.detail < 2) hit = event.target;
    else if (event.target !== hit) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  form.addEventListener('click', listener, { capture: true });
}
