import type { Problem } from '../../../src/protocol/ochno-error';
import type { Texts } from './catalogue';
import type { DialogForm } from './dialog-form';
import { presentValue } from './edited-node';
import { checkJsonObject, isEnvironment } from './option-checks';
import { reasonText } from './validator';

/** URL parameters: like Node-RED's JSON type, but empty is fine and anything but an object is not. */
function jsonObjectType(texts: Texts): TypedInputType {
  return {
    value: 'json',
    label: 'JSON',
    icon: 'red/images/typedInput/json.svg',
    validate(value, _options) {
      const reason = checkJsonObject(value);
      return reason === undefined ? true : texts(`check.${reason.key}`);
    },
    expand() {
      RED.editor.editJSON({ value: this.value(), complete: (text) => this.value(text) });
    },
  };
}

const furtherTypes = ['msg', 'flow', 'global', 'str', 'num', 'bool', 'json', 'bin', 'date', 'jsonata', 'env'];

/** Makes a typed input of an option whose type is saved as `<option>Type`, and names its parts for screen readers. */
export function typedField(
  form: DialogForm,
  texts: Texts,
  option: string,
  types: readonly string[],
  variant?: 'json object',
): void {
  const field = form.field(option);
  const saved = form.value(`${option}Type`);
  // A type that is not offered here but was saved, as from a flow written by hand, stays what it is.
  const offered = furtherTypes.includes(saved) && !types.includes(saved) ? [...types, saved] : types;
  $(field).typedInput({
    types: offered.map((type) => (type === 'json' && variant !== undefined ? jsonObjectType(texts) : type)),
    typeField: $(form.field(`${option}Type`)),
  });
  const widget = field.parentElement?.querySelector('.red-ui-typedInput-container');
  const input = widget?.querySelector('.red-ui-typedInput-input');
  // The saved field is hidden now: its label is to belong to what is seen in its place.
  input?.setAttribute('id', `ochno-${option}-input`);
  form.place(`ochno-${option}-label`).setAttribute('for', `ochno-${option}-input`);
  const label = texts(`label.${option}`);
  const name = (selector: string, text: string): void =>
    widget?.querySelector(selector)?.setAttribute('aria-label', text);
  // Who works it by voice says what stands on it (WCAG 2.1, 2.5.3).
  const nameType = (): void => {
    const shown = widget?.querySelector('.red-ui-typedInput-type-label')?.textContent ?? '';
    name('.red-ui-typedInput-type-select', `${texts('label.type-of', { field: label })} ${shown}`.trim());
  };
  nameType();
  $(field).on('typedinputtypechange', nameType);
  name('.red-ui-typedInput-option-trigger', texts('label.choices-of', { field: label }));
  name('.red-ui-typedInput-option-expand', texts('label.editor-of', { field: label }));
}

/** What Node-RED itself has against a value of that type, then what `check` has against one of ours. */
export function typedValidator(
  texts: Texts,
  option: string,
  empty: 'empty is fine' | 'not empty',
  check?: (type: string, text: string, node: EditorNode) => Problem | undefined,
): NonNullable<OptionDefinition<string>['validate']> {
  return function validate(value, _options) {
    if (value === undefined || isEnvironment(value) || (value === '' && empty === 'empty is fine')) return true;
    const type = presentValue(this, `${option}Type`);
    const label = texts(`label.${option}`);
    const verdict = RED.utils.validateTypedProperty(value, type, { label });
    if (verdict !== true) return verdict || label;
    const reason = check?.(type, value, this);
    return reason === undefined ? true : reasonText(texts, option, reason);
  };
}
