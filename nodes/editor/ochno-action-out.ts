import type { Problem } from '../../src/protocol/ochno-error';
import type { ActionOutOptions } from '../options';
import { textsOf } from './dialog/catalogue';
import { editDialog } from './dialog/edit-dialog';
import { presentValue } from './dialog/edited-node';
import {
  checkEnvelope,
  checkJsonObject,
  checkLampValue,
  checkOneId,
  checkOneIdOrAny,
  checkSelection,
  checkTimeout,
} from './dialog/option-checks';
import { followVersions } from './dialog/other-versions';
import { keepSaved } from './dialog/saved-choice';
import { typedField, typedValidator } from './dialog/typed-field';
import { validator } from './dialog/validator';
import { actionOutLabel } from './labels/node-label';
import { LampPanel } from './lamp/lamp-panel';
import { AddressPicker } from './picker/address-picker';
import { knownNames } from './places/known-names';

const texts = textsOf('ochno-action-out');
/** A fixed value has to fit the command; what comes with a message is checked when it comes. */
function checkValue(type: string, text: string, node: EditorNode): Problem | undefined {
  const command = presentValue(node, 'command');
  if (command === 'lamp') return checkLampValue(type, text);
  if (!['num', 'bool', 'str', 'json'].includes(type)) return undefined;
  if (type !== 'json') return { key: command === 'envelope' ? 'envelope' : 'json-object' };
  return command === 'envelope' ? checkEnvelope(text) : checkJsonObject(text);
}

const dialog = editDialog<ActionOutOptions>('node-input', texts, (form, node) => {
  keepSaved(form.field('command'), node.command);
  typedField(form, texts, 'value', ['msg', 'flow', 'global', 'num', 'bool', 'str', 'json', 'jsonata', 'env']);
  const lamp: LampPanel = new LampPanel(form, texts, () => picker.address());
  const picker = new AddressPicker({ form, texts, onPort: (port) => lamp.show(port) });
});

RED.nodes.registerType<ActionOutOptions>('ochno-action-out', {
  category: 'Ochno',
  color: '#9CC5C9',
  icon: 'ochno-action-out.svg',
  inputs: 1,
  outputs: 1,
  align: 'right',
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'ochno-config', required: true, label: texts('label.account') },
    company: { value: '', validate: validator(texts, 'company', checkOneId) },
    location: { value: '', validate: validator(texts, 'location', checkOneIdOrAny) },
    hub: { value: '', validate: validator(texts, 'hub', checkOneIdOrAny) },
    port: { value: '', validate: validator(texts, 'port', checkSelection) },
    command: { value: 'lamp' },
    value: { value: 'payload', validate: typedValidator(texts, 'value', 'not empty', checkValue) },
    valueType: { value: 'msg' },
    confirm: { value: true },
    timeout: { value: 30, validate: validator(texts, 'timeout', checkTimeout) },
    version: { value: 1 },
  },
  paletteLabel: texts('palette.node'),
  categoryDescription: texts('palette.description'),
  inputLabels: texts('input.command'),
  outputLabels: texts('output.outcome'),
  label() {
    return actionOutLabel(this, knownNames, texts);
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

followVersions('ochno-action-out');
