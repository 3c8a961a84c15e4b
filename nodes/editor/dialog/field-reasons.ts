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

type Definition = OptionDefinition<unknown> | CredentialDefinition;

/** A field that is checked, and whether what is wrong with it shows. */
class CheckedField {
  readonly #form: DialogForm;
  readonly #option: string;
  readonly #reasonOf: (value: string) => string | undefined;
  readonly #line: HTMLElement;
  #wasLeft = false;
  #isTyping = false;

  constructor(form: DialogForm, option: string, reasonOf: (value: string) => string | undefined) {
    this.#form = form;
    this.#option = option;
    this.#reasonOf = reasonOf;
    const field = form.field(option);
    this.#line = reasonLine(field);
    const place = field.closest('.ochno-field') ?? field;
    place.addEventListener('input', () => {
      this.#isTyping = true;
    });
    place.addEventListener('focusout', () => {
      this.#isTyping = false;
      this.#wasLeft = true;
      this.refresh();
    });
    this.#line.hidden = true;
  }

  /**
   * Shows what is wrong, and hides it as soon as nothing is. While someone types nothing new is said, and of what is
   * still empty not before the field was left: a new node must not begin with reproaches.
   */
  refresh(): void {
    const value = this.#form.value(this.#option);
    const reason = this.#form.objectionTo(this.#option) ?? this.#reasonOf(value);
    const isEmpty = value === '' || value === '_ADD_';
    const mayBegin = !this.#isTyping && (!isEmpty || this.#wasLeft);
    const shows = reason !== undefined && (mayBegin || !this.#line.hidden);
    this.#line.hidden = !shows;
    this.#line.textContent = shows ? reason : '';
    focusable(this.#form.field(this.#option)).setAttribute('aria-invalid', String(shows));
  }
}

function checkOf(node: EditorNode, definition: Definition, missing: string): (value: string) => string | undefined {
  const { validate } = definition;
  if (validate !== undefined) {
    return (value) => {
      const verdict = validate.call(node, value, {});
      return verdict === true ? undefined : verdict;
    };
  }
  const isRequired = 'required' in definition && definition.required === true;
  return (value) => (isRequired && (value === '' || value === '_ADD_') ? missing : undefined);
}

/**
 * Says below each field what is wrong with it, in the same words as Node-RED's tooltip, for eyes and screen readers.
 * `missing` is for a reference that has to be chosen and is not.
 */
export function showReasons(form: DialogForm, node: EditorNode, missing: string): void {
  const { defaults, credentials } = node._def;
  const checked = Object.entries({ ...defaults, ...credentials })
    .filter(([, definition]) => definition.validate !== undefined || 'required' in definition)
    .map(([option, definition]) => new CheckedField(form, option, checkOf(node, definition, missing)));
  form.onChange(() => {
    for (const field of checked) field.refresh();
  });
}
