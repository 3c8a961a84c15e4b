/**
 * Gives a select the choices, and beside them the saved value if it is none of them, as `${NAME}` is: opening and
 * closing the dialog must not change what was saved.
 */
export function offerChoices(
  select: HTMLSelectElement,
  choices: readonly { readonly value: string; readonly text: string }[],
  chosen: string,
): void {
  const known = choices.some(({ value }) => value === chosen);
  const offered = known || chosen === '' ? choices : [...choices, { value: chosen, text: chosen }];
  select.replaceChildren(...offered.map(({ value, text }) => new Option(text, value, false, value === chosen)));
}

/** The same for a select whose choices stand in the template. */
export function keepSaved(field: HTMLElement, saved: string): void {
  if (!(field instanceof HTMLSelectElement)) return;
  if ([...field.options].some((option) => option.value === saved)) return;
  field.add(new Option(saved, saved, false, true));
}
