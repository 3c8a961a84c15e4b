import type { ConfigOptions } from '../options';
import { ConnectionTest } from './account/connection-test';
import { textsOf } from './dialog/catalogue';
import { editDialog } from './dialog/edit-dialog';
import { checkConnections, checkKeepalive, checkOneId, checkPresent, checkServer } from './dialog/option-checks';
import { followVersions } from './dialog/other-versions';
import { validator } from './dialog/validator';
import { accountLabel } from './labels/node-label';
import { CompanyPicker } from './picker/company-picker';
import { otherAccounts } from './places/account-values';
import { knownNames } from './places/known-names';

const texts = textsOf('ochno-config');
const dialog = editDialog<ConfigOptions>('node-config-input', texts, (form, node) => {
  const isDeployed = form.value('email') !== '' && node.credentials?.has_password === true;
  const picker = new CompanyPicker(form, texts, node.id);
  if (isDeployed) picker.load();
  new ConnectionTest(form, texts, node.id, (companies) => picker.fill(companies));
});

RED.nodes.registerType<ConfigOptions>('ochno-config', {
  category: 'config',
  color: '#9CC5C9',
  icon: 'ochno-config.svg',
  defaults: {
    name: { value: '' },
    server: { value: 'https://operated.ochno.com', validate: validator(texts, 'server', checkServer) },
    company: { value: '', validate: validator(texts, 'company', checkOneId) },
    keepalive: { value: 30, validate: validator(texts, 'keepalive', checkKeepalive) },
    connections: { value: 1, validate: validator(texts, 'connections', checkConnections) },
    tls: { value: '', type: 'tls-config', required: false, label: texts('label.tls') },
    version: { value: 1 },
  },
  credentials: {
    email: { type: 'text', validate: validator(texts, 'email', checkPresent) },
    password: { type: 'password', validate: validator(texts, 'password', checkPresent) },
  },
  paletteLabel: texts('palette.node'),
  label() {
    return accountLabel(this, otherAccounts(this.id), knownNames, texts);
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

followVersions('ochno-config');
