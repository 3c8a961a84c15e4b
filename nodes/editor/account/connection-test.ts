import type { Listed } from '../../../src/protocol/rest/listed-places';
import { connectionTestSteps } from '../../../src/protocol/stream/connection-test-step';
import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { button, element, icon } from '../dialog/elements';
import { problemText, wayOut, whatFailed } from '../dialog/failure-text';
import { isNotPermitted, postJson } from '../dialog/request';
import { typedAccount } from '../places/account-values';
import { readTestReport, type TestStep } from './test-report';

const icons: Readonly<Record<TestStep['state'] | 'busy', string>> = {
  ok: 'check',
  failed: 'times',
  'not tried': 'minus',
  busy: 'spinner fa-spin',
};

function row(texts: Texts, result: TestStep, shown: TestStep['state'] | 'busy'): HTMLElement {
  const { step, state } = result;
  const head = element(
    'div',
    { class: 'ochno-step-head' },
    element('span', { class: 'ochno-step-mark' }, icon(icons[shown])),
  );
  head.append(element('span', { class: 'ochno-step-name' }, texts(`test.step.${step}`)), ' ');
  head.append(element('span', { class: 'ochno-step-state' }, texts(`test.state.${shown}`)));
  const made = element('li', { class: 'ochno-step', 'data-state': shown }, head);
  for (const limit of result.limits ?? []) {
    made.append(element('div', { class: 'ochno-step-why' }, texts(`test.limit.${limit}`)));
  }
  if (state !== 'failed') return made;
  made.append(element('div', { class: 'ochno-step-why' }, whatFailed(result, texts)));
  made.append(element('div', { class: 'ochno-step-hint' }, wayOut(result, texts)));
  return made;
}

function summary(steps: readonly TestStep[], texts: Texts): string {
  const failed = steps.find(({ state }) => state === 'failed');
  if (failed !== undefined) return texts('test.failed-at', { step: texts(`test.step.${failed.step}`) });
  return texts(steps.every(({ state }) => state === 'ok') ? 'test.all-ok' : 'test.incomplete');
}

/** The button and its four lines: log-in, REST, stream credentials and stream, tried with the values typed in. */
export class ConnectionTest {
  readonly #form: DialogForm;
  readonly #texts: Texts;
  readonly #accountId: string;
  readonly #onCompanies: (companies: readonly Listed[]) => void;
  readonly #button: HTMLButtonElement;
  readonly #steps = element('ol', { class: 'ochno-steps' });
  readonly #summary = element('div', { class: 'ochno-test-summary', role: 'status' });
  #running = 0;

  /** `onCompanies` is told the companies that were read, with the values that are still typed in. */
  constructor(form: DialogForm, texts: Texts, accountId: string, onCompanies: (companies: readonly Listed[]) => void) {
    this.#form = form;
    this.#texts = texts;
    this.#accountId = accountId;
    this.#onCompanies = onCompanies;
    this.#button = button('heartbeat', texts('test.button'), 'icon and text', () => void this.#run());
    this.#steps.hidden = true;
    form.place('ochno-test').replaceChildren(this.#button, this.#steps, this.#summary);
    form.onClose(() => {
      this.#running += 1;
    });
  }

  async #run(): Promise<void> {
    if (this.#button.disabled) return;
    const run = ++this.#running;
    this.#showBusy(true);
    try {
      const account = typedAccount(this.#form, this.#accountId);
      const { value } = this.#form;
      const body = { ...account, company: value('company').trim(), keepalive: value('keepalive') };
      const report = readTestReport(await postJson('ochno/test-connection', body));
      if (run === this.#running) this.#show(report);
      const isSame = JSON.stringify(typedAccount(this.#form, this.#accountId)) === JSON.stringify(account);
      if (run === this.#running && isSame) this.#tell(report ?? []);
    } catch (error) {
      if (run === this.#running) this.#show(undefined, isNotPermitted(error));
    }
  }

  /** What was read fills the list of companies; what is wrong with a field is said at the field, too. */
  #tell(report: readonly TestStep[]): void {
    for (const { companies, problem } of report) {
      if (companies !== undefined) this.#onCompanies(companies);
      const field = problem?.field;
      if (problem === undefined || field === undefined || this.#form.value(field) === '') continue;
      this.#form.object(field, problemText(problem, this.#texts));
    }
  }

  #showBusy(busy: boolean): void {
    this.#button.disabled = busy;
    this.#button.setAttribute('aria-disabled', String(busy));
    if (!busy) return;
    this.#summary.textContent = this.#texts('test.running');
    this.#steps.hidden = false;
    this.#steps.replaceChildren(
      ...connectionTestSteps.map((step) => row(this.#texts, { step, state: 'not tried' }, 'busy')),
    );
  }

  #show(steps: readonly TestStep[] | undefined, notPermitted = false): void {
    this.#showBusy(false);
    this.#steps.hidden = steps === undefined;
    if (steps === undefined) {
      this.#summary.textContent = this.#texts(notPermitted ? 'places.not-permitted' : 'places.no-answer');
      return;
    }
    this.#steps.replaceChildren(...steps.map((step) => row(this.#texts, step, step.state)));
    this.#summary.textContent = summary(steps, this.#texts);
    this.#summary.scrollIntoView({ block: 'nearest' });
  }
}
