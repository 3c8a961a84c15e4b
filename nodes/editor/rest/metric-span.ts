import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { element } from '../dialog/elements';

const parts = ['from', 'to', 'interval'] as const;

function parameters(json: string): Readonly<Record<string, unknown>> | undefined {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    return isPlainObject(value) ? value : undefined;
  } catch {
    // Half-typed JSON: the parameters' own field says so.
    return undefined;
  }
}

/** From, to and interval of a measurement as fields of their own; what is saved is the same parameters. */
export class MetricSpan {
  readonly #form: DialogForm;
  readonly #fields: ReadonlyMap<(typeof parts)[number], HTMLInputElement>;

  constructor(form: DialogForm, texts: Texts) {
    this.#form = form;
    this.#fields = new Map(
      parts.map((part) => {
        const input = element('input', {
          type: 'text',
          id: `ochno-span-${part}`,
          class: 'ochno-short',
          spellcheck: 'false',
          placeholder: texts(`span.${part}-example`),
        });
        input.addEventListener('change', () => this.#write());
        return [part, input];
      }),
    );
    const labelled = [...this.#fields].map(([part, input]) =>
      element('label', { class: 'ochno-span', for: input.id }, element('span', {}, texts(`span.${part}`)), input),
    );
    const hint = element('div', { class: 'ochno-hint' }, texts('span.hint'));
    form.place('ochno-span').replaceChildren(element('div', { class: 'ochno-spans' }, ...labelled), hint);
    form.onChange(() => this.#read());
  }

  /** Only if the parameters are JSON can a part of them be shown. */
  #read(): void {
    const given = this.#form.value('queryType') === 'json' ? parameters(this.#form.value('query')) : undefined;
    for (const [part, input] of this.#fields) {
      input.disabled = given === undefined;
      const value = given?.[part] ?? '';
      if (input !== document.activeElement) input.value = typeof value === 'object' ? '' : String(value);
    }
  }

  #write(): void {
    const given = parameters(this.#form.value('query'));
    if (given === undefined) return;
    const named: readonly string[] = parts;
    const others = Object.entries(given).filter(([name]) => !named.includes(name));
    const typed = [...this.#fields].map(([part, input]) => [part, input.value.trim()] as const);
    const next = Object.fromEntries([...others, ...typed.filter(([, value]) => value !== '')]);
    const json = Object.keys(next).length === 0 ? '' : JSON.stringify(next);
    $(this.#form.field('query')).typedInput('value', json);
    $(this.#form.field('query')).trigger('change');
  }
}
