import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { button, element } from '../dialog/elements';
import { wayOut, whatFailed } from '../dialog/failure-text';
import { checkPath, checkQuery, checkTarget, isEnvironment } from '../dialog/option-checks';
import { isNotPermitted, postJson } from '../dialog/request';
import { chosenAccount } from '../places/account-values';
import { type RestForm, relevantOptions } from './request-preview';

/** A request that only reads and of which everything is known now; undefined for any other. */
export function requestToTry(form: RestForm): Readonly<Record<string, unknown>> | undefined {
  const { resource, operation, target, path } = form;
  const isReading = resource === 'custom' ? /^\s*(GET)?\s*$/i.test(form.method) : ['list', 'get'].includes(operation);
  if (!isReading || (form.query !== '' && form.queryType !== 'json')) return undefined;
  if ([target, path, form.query].some(isEnvironment)) return undefined;
  const relevant = relevantOptions(resource, operation);
  const wantsTarget = relevant.has('target');
  if (wantsTarget && (form.targetType !== 'str' || target.trim() === '')) return undefined;
  if (resource === 'custom' && (path.trim() === '' || path.includes('{'))) return undefined;
  const objections = [
    wantsTarget ? checkTarget(target) : undefined,
    resource === 'custom' ? checkPath(path) : undefined,
    checkQuery(resource, form.query),
  ];
  // The field itself says so.
  if (objections.some((objection) => objection !== undefined)) return undefined;
  const query: unknown = form.query.trim() === '' ? undefined : JSON.parse(form.query);
  return { resource, ...(wantsTarget ? { id: target } : {}), ...(resource === 'custom' ? { path } : {}), query };
}

/** A button that makes the request now, if it only reads, and shows what comes back. */
export class TryRequest {
  readonly #form: DialogForm;
  readonly #texts: Texts;
  readonly #read: () => RestForm;
  readonly #button: HTMLButtonElement;
  readonly #state = element('span', { class: 'ochno-state', role: 'status' });
  readonly #answer = element('pre', { class: 'ochno-preview ochno-answer', tabindex: '0' });
  #run = 0;

  constructor(form: DialogForm, texts: Texts, read: () => RestForm) {
    this.#form = form;
    this.#texts = texts;
    this.#read = read;
    this.#button = button('play', texts('try.button'), 'icon and text', () => void this.#try());
    this.#answer.hidden = true;
    this.#answer.setAttribute('aria-label', texts('try.answer'));
    const bar = element('div', { class: 'ochno-bar' }, this.#button, this.#state);
    form.place('ochno-try').replaceChildren(bar, this.#answer);
    let before = '';
    form.onChange(() => {
      const now = JSON.stringify([read(), form.value('account')]);
      if (now === before) return;
      before = now;
      this.#run += 1;
      this.#answer.hidden = true;
      const mayTry = requestToTry(read()) !== undefined;
      this.#button.disabled = !mayTry;
      this.#state.textContent = mayTry ? '' : texts('try.not-now');
    });
    form.onClose(() => {
      this.#run += 1;
    });
  }

  async #try(): Promise<void> {
    const request = requestToTry(this.#read());
    if (request === undefined) return;
    const run = ++this.#run;
    this.#button.disabled = true;
    this.#state.textContent = this.#texts('try.busy');
    const [state, answer] = await this.#ask(request);
    if (run !== this.#run) return;
    this.#button.disabled = false;
    this.#state.textContent = state;
    this.#answer.textContent = answer;
    this.#answer.hidden = answer === '';
    this.#answer.scrollIntoView({ block: 'nearest' });
  }

  /** What to say, and what to show. */
  async #ask(request: object): Promise<readonly [state: string, answer: string]> {
    const texts = this.#texts;
    try {
      const account = await chosenAccount(this.#form.value('account'));
      if (account === undefined) return [texts('places.no-account'), ''];
      const answer = await postJson('ochno/try', { account, request });
      if (!isPlainObject(answer)) return [texts('places.no-answer'), ''];
      if (answer.state !== 'ok') return [`${whatFailed(answer, texts)}. ${wayOut(answer, texts)}`.trim(), ''];
      const cut = answer.isCut === true ? `\n${texts('try.cut')}` : '';
      return [texts('try.done', { status: String(answer.statusCode) }), `${String(answer.text)}${cut}`];
    } catch (error) {
      return [texts(isNotPermitted(error) ? 'places.not-permitted' : 'places.no-answer'), ''];
    }
  }
}
