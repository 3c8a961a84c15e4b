import type { DialogForm } from './dialog-form';
import { element } from './elements';

/** What a person focuses: behind a typed input that is an element of the widget's own. */
function focusable(field: HTMLElement): Element {
  return field.parentElement?.querySelector('.red-ui-typedInput-input') ?? field;
}

function reasonLine(field: HTMLElement): HTMLElement {
  const line = element('div', { class: 'ochno-reason', id: `${field.id}-reason` });
  const described = focusable(field);
  const others = described.getAttribute('aria-describedby');
  described.setAttribute('aria-describedby', others === null ? line.id : `${others} ${line.id}`);
  (field.closest('.ochno-field') ?? field.parentElement)?.append(line);
  return line;
}

function reasonOf(
  node: EditorNode,
  definition: OptionDefinition<unknown> | CredentialDefinition,
  value: string,
  missing: string,
): string | undefined {
  if (definition.validate !== undefined) {
    const verdict = definition.validate.call(node, value, {});
    return verdict === true ? undefined : verdict;
  }
  if (!('required' in definition) || definition.required !== true) return undefined;
  return value === '' || value === '_ADD_' ? missing : undefined;
}

/**
 * Says below each field what is wrong with it, in the same words as Node-RED's tooltip, for eyes and screen readers.
 * `missing` is for a reference that has to be chosen and is not.
 */
export function showReasons(form: DialogForm, node: EditorNode, missing: string): void {
  const { defaults, credentials } = node._def;
  const checked = Object.entries({ ...defaults, ...credentials })
    .filter(([, definition]) => definition.validate !== undefined || 'required' in definition)
    .map(([option, definition]) => ({ option, definition, line: reasonLine(form.field(option)) }));
  form.onChange(() => {
    for (const { option, definition, line } of checked) {
      const reason = reasonOf(node, definition, form.value(option), missing);
      line.hidden = reason === undefined;
      line.textContent = reason ?? '';
      focusable(form.field(option)).setAttribute('aria-invalid', String(reason !== undefined));
    }
  });
}
