/** What the open dialog is made of, for the parts that fill it. */
export interface DialogForm {
  /** The element of an option, or of any other id of the template. */
  field(option: string): HTMLInputElement | HTMLSelectElement;
  place(id: string): HTMLElement;
  value(option: string): string;
  isTicked(option: string): boolean;
  /** Sets an option as if it had been typed, so that it is validated and everything that listens is told. */
  set(option: string, value: string): void;
  /** Says of an option what only the runtime could find out; it stands until the option is changed. */
  object(option: string, reason: string): void;
  objectionTo(option: string): string | undefined;
  /** Called when anything in the dialog has changed, and at once. */
  onChange(listener: () => void): void;
  /** Called once, when the dialog is closed either way. */
  onClose(listener: () => void): void;
}

/** All that is filled in. A typed input tells of a keystroke with `keyup`, and so do keys that change nothing. */
function snapshot(root: JQuery): string {
  const fields = root.find('input, select').toArray();
  return JSON.stringify(fields.map((field) => (isTicked(field) ? true : Reflect.get(field, 'value'))));
}

function isTicked(field: HTMLElement): boolean {
  return field instanceof HTMLInputElement && field.type === 'checkbox' && field.checked;
}

/** The form under `root`; `prefix` is what the ids of its options begin with. What is registered with `onClose` goes to `closers`. */
export function dialogForm(root: JQuery, prefix: string, closers: (() => void)[]): DialogForm {
  const listeners: (() => void)[] = [];
  const objections = new Map<string, { readonly value: string; readonly reason: string }>();
  const find = (id: string): HTMLElement => {
    const element = root.find(`#${id}`)[0];
    if (element === undefined) throw new Error(`The dialog has no element #${id}`);
    return element;
  };
  const field = (option: string): HTMLInputElement | HTMLSelectElement => {
    const element = find(`${prefix}-${option}`);
    if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) return element;
    throw new Error(`#${prefix}-${option} is not a field`);
  };
  let before = '';
  root.on('change.ochno input.ochno keyup.ochno', () => {
    const now = snapshot(root);
    if (now === before) return;
    before = now;
    for (const listener of listeners) listener();
  });
  return {
    field,
    place: find,
    value: (option) => field(option).value,
    isTicked: (option) => isTicked(field(option)),
    set(option, value) {
      $(field(option)).val(value).trigger('change');
    },
    object(option, reason) {
      objections.set(option, { value: field(option).value, reason });
      for (const listener of listeners) listener();
    },
    objectionTo(option) {
      const objection = objections.get(option);
      return objection?.value === field(option).value ? objection.reason : undefined;
    },
    onChange(listener) {
      listeners.push(listener);
      before = snapshot(root);
      listener();
    },
    onClose: (listener) => closers.push(listener),
  };
}

/** White space around what was typed is never meant: what is saved is what was tested. Typed inputs and passwords stay. */
export function trimFields(root: JQuery): void {
  for (const field of root.find('input[type="text"][id^="node-"]').toArray()) {
    if (field instanceof HTMLInputElement) field.value = field.value.trim();
  }
}
