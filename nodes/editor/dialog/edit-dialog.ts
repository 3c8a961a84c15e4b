import { isNewer } from '../../versions';
import type { Texts } from './catalogue';
import { type DialogForm, dialogForm, trimFields } from './dialog-form';
import { startEditing, stopEditing } from './edited-node';
import { element } from './elements';
import { showReasons } from './field-reasons';
import { savesUpdate } from './other-versions';

type Prefix = 'node-input' | 'node-config-input';

/**
 * The life of a dialog: `prepare` is run with the form each time it opens, what it registered with `onClose` when it is
 * closed, saved or not. `save` gives true if the node has to be saved though nothing was changed.
 */
export function editDialog<Options extends object>(
  prefix: Prefix,
  texts: Texts,
  prepare: (form: DialogForm, node: EditorNode & Options) => void,
): { open(node: EditorNode & Options): void; save(): boolean; close(): void } {
  let closers: (() => void)[] = [];
  let editedId = '';
  const findRoot = (): JQuery => $(`#${prefix}-name`).closest('.ochno-form');
  const close = (): void => {
    stopEditing();
    for (const closer of closers.splice(0)) closer();
  };
  return {
    open(node) {
      close();
      closers = [];
      editedId = node.id;
      startEditing(editedId, prefix);
      const root = findRoot();
      for (const form of root.toArray()) ignoreStrayClicks(form);
      if (isNewer(node)) root.prepend(element('div', { class: 'form-tips', role: 'note' }, texts('tip.newer')));
      const form = dialogForm(root, prefix, closers);
      prepare(form, node);
      showReasons(form, node, texts('check.account-missing'));
    },
    save() {
      trimFields(findRoot());
      close();
      return savesUpdate(editedId);
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
