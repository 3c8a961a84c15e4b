import type { Problem } from '../../../src/protocol/ochno-error';
import type { Texts } from './catalogue';
import { presentValue } from './edited-node';
import type { Check } from './option-checks';

type Validator = (this: EditorNode, value: string | undefined, options: unknown) => true | string;

/** `Hub: there is an empty id`: the reason with the field's name, since it also stands in the node's list of problems. */
export function reasonText(texts: Texts, option: string, reason: Problem): string {
  return texts('check.field', { field: texts(`label.${option}`), reason: texts(`check.${reason.key}`, reason.values) });
}

/**
 * A validator that gives the reason; Node-RED takes one only from a function with two parameters. With `when`, it looks
 * only while another option has the value that gives this one its meaning.
 */
export function validator(
  texts: Texts,
  option: string,
  check: Check,
  when?: { readonly option: string; readonly is: string },
): Validator {
  return function validate(value, _options) {
    // A flow may leave an option out; the runtime takes the default.
    if (value === undefined) return true;
    if (when !== undefined && presentValue(this, when.option) !== when.is) return true;
    const reason = check(value);
    return reason === undefined ? true : reasonText(texts, option, reason);
  };
}
