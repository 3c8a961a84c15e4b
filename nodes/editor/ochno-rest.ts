import type { Problem } from '../../src/protocol/ochno-error';
import { operationsOf } from '../../src/protocol/rest/resource-request';
import type { RestOptions } from '../options';
import { textsOf } from './dialog/catalogue';
import type { DialogForm } from './dialog/dialog-form';
import { editDialog } from './dialog/edit-dialog';
import { presentValue } from './dialog/edited-node';
import { checkJsonObject, checkMethod, checkPath, checkQuery, checkTarget, checkTimeout } from './dialog/option-checks';
import { followVersions } from './dialog/other-versions';
import { keepSaved, offerChoices } from './dialog/saved-choice';
import { typedField, typedValidator } from './dialog/typed-field';
import { validator } from './dialog/validator';
import { restLabel } from './labels/node-label';
import { chooseOnlyAccount } from './places/account-values';
import { MetricSpan } from './rest/metric-span';
import { previewRequest, type RestForm, relevantOptions } from './rest/request-preview';
import { TargetPicker } from './rest/target-picker';
import { TryRequest } from './rest/try-request';

const texts = textsOf('ochno-rest');
const ifCustom = { option: 'resource', is: 'custom' };
const sources = ['msg', 'flow', 'global', 'str', 'num', 'jsonata', 'env'];

/** A fixed id, where the request has one. */
function checkFixedTarget(type: string, text: string, node: EditorNode): Problem | undefined {
  const relevant = relevantOptions(presentValue(node, 'resource'), presentValue(node, 'operation'));
  return type === 'str' && relevant.has('target') ? checkTarget(text) : undefined;
}

function checkFixedQuery(type: string, text: string, node: EditorNode): Problem | undefined {
  return type === 'json' ? checkQuery(presentValue(node, 'resource'), text) : undefined;
}

const fixedTypes: readonly string[] = ['json', 'str', 'num', 'bool'];

/** What is created or changed is an object; another path may take anything. */
function checkFixedBody(type: string, text: string, node: EditorNode): Problem | undefined {
  const resource = presentValue(node, 'resource');
  const isObject = resource !== 'custom' && relevantOptions(resource, presentValue(node, 'operation')).has('body');
  return isObject && fixedTypes.includes(type) ? checkJsonObject(text) : undefined;
}

function readForm(form: DialogForm): RestForm {
  const { value } = form;
  return {
    resource: value('resource'),
    operation: value('operation'),
    target: value('target'),
    targetType: value('targetType'),
    method: value('method'),
    path: value('path'),
    query: value('query'),
    queryType: value('queryType'),
    body: value('body'),
    bodyType: value('bodyType'),
  };
}

function serverOf(account: string): string {
  const server: unknown = Reflect.get(RED.nodes.node(account) ?? {}, 'server');
  return typeof server === 'string' && server !== '' ? server : texts('preview.server');
}

/** Shows the rows that mean something for the chosen request, and the request itself. */
function showRequest(form: DialogForm): void {
  const request = readForm(form);
  const relevant = relevantOptions(request.resource, request.operation);
  for (const row of $(form.field('resource')).closest('.ochno-form').find('[data-ochno-for]')) {
    row.hidden = !relevant.has(row.dataset.ochnoFor ?? '');
  }
  const target = request.resource === 'metrics' ? 'label.measurement' : 'label.target';
  form.place('ochno-target-text').textContent = texts(target);
  const isDelete = request.operation === 'delete' && relevant.has('operation');
  form.place('ochno-danger').hidden = !isDelete;
  form.place('ochno-preview').classList.toggle('ochno-dangerous', isDelete);
  form.place('ochno-preview').textContent = previewRequest(request, serverOf(form.value('account'))).join('\n');
}

function offerOperations(form: DialogForm, chosen: string): void {
  const select = form.field('operation');
  if (!(select instanceof HTMLSelectElement)) return;
  const offered = operationsOf(form.value('resource'));
  const choices = offered.map((value) => ({ value, text: texts(`operation.${value}`) }));
  offerChoices(select, choices, chosen);
}

/** An id means nothing to another resource: it goes with its own, and comes back with it. */
class Targets {
  readonly #form: DialogForm;
  readonly #kept = new Map<string, string>();
  #resource: string;

  constructor(form: DialogForm) {
    this.#form = form;
    this.#resource = form.value('resource');
  }

  /** A source in the message or the flow may well mean another thing for another resource, so only fixed ids go. */
  follow(): void {
    const { value } = this.#form;
    const before = this.#resource;
    this.#resource = value('resource');
    if (value('targetType') !== 'str' || before === this.#resource) return;
    this.#kept.set(before, value('target'));
    $(this.#form.field('target')).typedInput('value', this.#kept.get(this.#resource) ?? '');
  }
}

const dialog = editDialog<RestOptions>('node-input', texts, (form, node) => {
  for (const option of ['resource', 'shape'] as const) keepSaved(form.field(option), node[option]);
  chooseOnlyAccount(form);
  const targets = new Targets(form);
  offerOperations(form, node.operation);
  $(form.field('resource')).on('change.ochno', () => {
    targets.follow();
    const offered: readonly string[] = operationsOf(form.value('resource'));
    const present = form.value('operation');
    offerOperations(form, offered.includes(present) ? present : (offered[0] ?? present));
  });
  typedField(form, texts, 'target', sources);
  typedField(form, texts, 'query', ['json', 'msg', 'flow', 'global', 'jsonata', 'env'], 'json object');
  typedField(form, texts, 'body', ['msg', 'flow', 'global', 'json', 'str', 'num', 'bool', 'jsonata', 'env']);
  new TargetPicker(form, texts);
  new MetricSpan(form, texts);
  new TryRequest(form, texts, () => readForm(form));
  form.onChange(() => showRequest(form));
});

RED.nodes.registerType<RestOptions>('ochno-rest', {
  category: 'Ochno',
  color: '#9CC5C9',
  icon: 'ochno-rest.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'ochno-config', required: true, label: texts('label.account') },
    resource: { value: 'companies' },
    operation: { value: 'list' },
    target: { value: '', validate: typedValidator(texts, 'target', 'empty is fine', checkFixedTarget) },
    targetType: { value: 'str' },
    method: { value: 'GET', validate: validator(texts, 'method', checkMethod, ifCustom) },
    path: { value: '', validate: validator(texts, 'path', checkPath, ifCustom) },
    query: { value: '', validate: typedValidator(texts, 'query', 'empty is fine', checkFixedQuery) },
    queryType: { value: 'json' },
    body: { value: 'payload', validate: typedValidator(texts, 'body', 'empty is fine', checkFixedBody) },
    bodyType: { value: 'msg' },
    all: { value: false },
    shape: { value: 'platform' },
    timeout: { value: 15, validate: validator(texts, 'timeout', checkTimeout) },
    version: { value: 1 },
  },
  paletteLabel: texts('palette.node'),
  categoryDescription: texts('palette.description'),
  inputLabels: texts('input.request'),
  outputLabels: texts('output.answer'),
  label() {
    return restLabel(this, texts);
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    dialog.open(this);
  },
  oneditsave: dialog.save,
  oneditcancel: dialog.close,
});

followVersions('ochno-rest');
