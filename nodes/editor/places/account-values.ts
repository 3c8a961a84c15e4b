import type { ConfigOptions } from '../../options';
import type { DialogForm } from '../dialog/dialog-form';
import { getJson } from '../dialog/request';

/** The editor's own stand-in for a password that is stored and was not changed. */
const unchangedPassword = '__PWRD__';

/** An account as the editor knows it, deployed or not. */
export interface AccountValues {
  readonly id: string;
  readonly server: string;
  readonly email: string;
  readonly password: string;
  readonly tls: string;
}

function textOf(holder: object | undefined | null, property: string): string {
  const value: unknown = holder === undefined || holder === null ? undefined : Reflect.get(holder, property);
  return typeof value === 'string' ? value : '';
}

/** A reference that names no node is kept as `_ADD_` while the dialog is open. */
function referenceOf(value: string): string {
  return value === '_ADD_' ? '' : value;
}

const fetched = new WeakMap<EditorNode, object>();

/** The e-mail is a credential: the editor has it only after the account's dialog was opened, and asks for it otherwise. */
async function credentialsOf(node: EditorNode): Promise<object> {
  const known = node.credentials ?? fetched.get(node);
  if (known !== undefined) return known;
  try {
    const answer = await getJson(`credentials/${node.type}/${encodeURIComponent(node.id)}`);
    const credentials = typeof answer === 'object' && answer !== null ? answer : {};
    fetched.set(node, credentials);
    return credentials;
  } catch {
    // An account that was imported and never deployed has none; it is then shown as not configured.
    return {};
  }
}

/** If there is only one account, it need not be chosen. */
export function chooseOnlyAccount(form: DialogForm): void {
  const field = form.field('account');
  if (!(field instanceof HTMLSelectElement) || referenceOf(field.value) !== '') return;
  const accounts = [...field.options].filter(({ value, disabled }) => referenceOf(value) !== '' && !disabled);
  const [only, ...others] = accounts;
  if (only !== undefined && others.length === 0) form.set('account', only.value);
}

/** The account chosen in a node's dialog; undefined if none is, or it is named by `${NAME}`. */
export async function chosenAccount(id: string): Promise<AccountValues | undefined> {
  const node = RED.nodes.node(id);
  if (node === undefined || node === null) return undefined;
  const credentials = await credentialsOf(node);
  const stored = Reflect.get(credentials, 'has_password') === true ? unchangedPassword : '';
  return {
    id,
    server: textOf(node, 'server'),
    email: textOf(credentials, 'email'),
    password: textOf(credentials, 'password') || stored,
    tls: textOf(node, 'tls'),
  };
}

/** The account as it is typed into its own dialog. */
export function typedAccount(form: DialogForm, id: string): AccountValues {
  const { value } = form;
  return {
    id,
    server: value('server').trim(),
    email: value('email').trim(),
    password: value('password'),
    tls: referenceOf(value('tls')),
  };
}

/** The accounts there are beside one, deployed or not. */
export function otherAccounts(id: string): readonly Pick<ConfigOptions, 'name' | 'server' | 'company'>[] {
  const others: Pick<ConfigOptions, 'name' | 'server' | 'company'>[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type !== 'ochno-config' || node.id === id) return;
    others.push({ name: node.name ?? '', server: textOf(node, 'server'), company: textOf(node, 'company') });
  });
  return others;
}

/** The default company of the account chosen in a node's dialog. */
export function companyOf(account: string): string {
  return textOf(RED.nodes.node(account), 'company');
}
