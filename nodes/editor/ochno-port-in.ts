import { meaningIfAbsent, type PortInOptions } from '../options';
import { textsOf } from './dialog/catalogue';
import { editDialog } from './dialog/edit-dialog';
import { checkDeadband, checkProperty, checkSelection } from './dialog/option-checks';
import { followVersions } from './dialog/other-versions';
import { keepSaved } from './dialog/saved-choice';
import { validator } from './dialog/validator';
import { portInLabel } from './labels/node-label';
import { AddressPicker, portTicking } from './picker/address-picker';
import { PropertyPicker } from './picker/property-picker';
import { knownNames } from './places/known-names';

const texts = textsOf('ochno-port-in');
const dialog = editDialog<PortInOptions>('node-input', texts, (form, node) => {
  for (const option of ['emit', 'initial'] as const) keepSaved(form.field(option), node[option]);
  const show = node.show ?? meaningIfAbsent.show;
  keepSaved(form.field('show'), show);
  form.set('show', show);
  const picker = new AddressPicker({ form, texts, ticking: portTicking(texts) });
  new PropertyPicker(form, texts, () => picker.address());
  form.onChange(() => {
    // One that is wrong has to be seen to be mended, whatever it is for.
    const isWrong = checkDeadband(form.value('deadband')) !== undefined;
    form.field('inputs').value = form.isTicked('control') ? '1' : '0';
    form.place('ochno-deadband-row').hidden = form.value('emit') !== 'change' && !isWrong;
  });
});

RED.nodes.registerType<PortInOptions>('ochno-port-in', {
  category: 'Ochno',
  color: '#9CC5C9',
  icon: 'ochno-port-in.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'ochno-config', required: true, label: texts('label.account') },
    company: { value: '', validate: validator(texts, 'company', checkSelection) },
    location: { value: '', validate: validator(texts, 'location', checkSelection) },
    hub: { value: '', validate: validator(texts, 'hub', checkSelection) },
    port: { value: '', validate: validator(texts, 'port', checkSelection) },
    property: { value: '', validate: validator(texts, 'property', checkProperty) },
    emit: { value: 'every' },
    deadband: {
      value: '',
      validate: validator(texts, 'deadband', checkDeadband),
    },
    initial: { value: 'none' },
    names: { value: false },
    show: { value: 'value' },
    control: { value: false },
    inputs: { value: 0 },
    version: { value: 1 },
  },
  paletteLabel: texts('palette.node'),
  categoryDescription: texts('palette.description'),
  inputLabels: texts('input.control'),
  outputLabels: texts('output.event'),
  label() {
    return portInLabel(this, knownNames, texts);
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

followVersions('ochno-port-in');
