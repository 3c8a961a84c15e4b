import { type AccountOptions, checkAccountOptions } from '../../../src/client/account-options';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { type ConnectionTestStep as Step, wholeReport } from '../../../src/protocol/stream/connection-test-step';
import { variableIn } from '../../options';
import { type AccountNode, findAccountNode } from '../account/account-node';
import { readAccountOptions } from '../account/account-options';
import type { Runtime } from '../node-red';
import { checkVariable, reading } from '../options/option-reading';

/** What the editor sends in place of a password it has not been told. */
const unchangedPassword = '__PWRD__';

const fields = ['id', 'server', 'email', 'password', 'company', 'keepalive', 'tls'] as const;
type TypedFields = Readonly<Record<(typeof fields)[number], string>>;

/** An account as it stands in an open edit dialog, found usable. */
export interface TypedAccount {
  readonly options: AccountOptions;
  /** The id of its TLS configuration. */
  readonly tls: string;
  /** The deployed account, if the dialog holds the same log-in and TLS: what is open already can be used. */
  readonly deployed: AccountNode | undefined;
}

/**
 * Reads an account out of an edit dialog's request. The stored password stands in for one that was not typed, but only
 * where it is meant for: else anyone who may edit could have it sent to a server of theirs.
 *
 * @throws OchnoError `OCHNO_VALUE` for what is missing or unusable
 */
export function readTypedAccount(RED: Runtime, body: unknown): TypedAccount {
  const typed = readFields(body);
  const node = findAccountNode(RED, typed.id);
  const { server, email, company, keepalive, tls, ...given } = resolveFields(RED, typed, node);
  // First of all: a server that is wrong must not be hidden behind the question for a password.
  checked(typed, () => parseServerUrl(server));
  const isSamePlace = node !== undefined && isMeantFor(node, { server, email, tls });
  const stored = isSamePlace ? node.credentials.password : undefined;
  const isTyped = given.password !== '' && given.password !== unchangedPassword;
  // That of an account which is not deployed, or whose flows do not run, is not to be had.
  const isKept = node === undefined && given.password === unchangedPassword;
  if (isKept || (!isTyped && node && !isSamePlace)) {
    const when = isKept
      ? 'while the account is deployed and the flows run'
      : 'with the deployed server, email and TLS configuration only';
    throw new OchnoError('OCHNO_VALUE', `Type the password again: the stored one is used ${when}`, {
      problem: { field: 'password', key: 'password-again' },
    });
  }
  const password = isTyped ? given.password : (stored ?? '');
  const isDeployed = isSamePlace && password === stored;
  const options = checked(typed, () => {
    const saved = { options: { server, company, keepalive, tls }, credentials: { email, password } };
    const read = readAccountOptions(RED, saved);
    checkAccountOptions(read);
    return read;
  });
  return { options, tls, deployed: isDeployed ? node : undefined };
}

/** What a stored password is for: it goes to no other server, for no other account there, and over no other TLS. */
function isMeantFor(node: AccountNode, typed: Readonly<Record<'server' | 'email' | 'tls', string>>): boolean {
  const { saved, credentials } = node;
  const isSame = reading(() => parseServerUrl(saved.server).href === parseServerUrl(typed.server).href);
  const isSameEmail = String(credentials.email ?? '').trim() === typed.email.trim();
  return isSame.ok && isSame.value && isSameEmail && typed.tls === String(saved.tls ?? '');
}

/** An error quotes the value it is about; what a variable of the server holds is not for everyone who may edit. */
function checked<Value>(typed: TypedFields, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const variables = fields.map((field) => variableIn(typed[field])).filter((name) => name !== undefined);
    if (variables.length === 0) throw error;
    throw new OchnoError(
      'OCHNO_VALUE',
      `The account can't be used like this: see what ${variables.join(', ')} holds, and the other options`,
      { problem: { key: 'variables', values: { names: variables.join(', ') } } },
    );
  }
}

function readFields(body: unknown): TypedFields {
  const given = isPlainObject(body) ? body : {};
  const read = (field: string): string => {
    const value = given[field] ?? '';
    if (typeof value === 'string' && value.length <= 10_000) return value;
    if (typeof value === 'number') return String(value);
    throw new OchnoError('OCHNO_VALUE', `"${field}" has to be text, not ${quoted(value)}`);
  };
  return eachField(read);
}

function eachField(read: (field: keyof TypedFields) => string): TypedFields {
  const entries = fields.map((field) => [field, read(field)]);
  return Object.fromEntries(entries);
}

/**
 * Fills in `${NAME}` as the runtime does at a deploy.
 *
 * @throws OchnoError `OCHNO_VALUE` naming a variable that is not set
 */
function resolveFields(RED: Runtime, typed: TypedFields, node: AccountNode | undefined): TypedFields {
  const resolve = (field: keyof TypedFields): string => {
    const name = variableIn(typed[field]);
    if (name === undefined) return typed[field];
    const setting: unknown = node ? RED.util.getSetting(node, name) : readProcessVariable(RED, name);
    if (setting === undefined) checkVariable(field, typed[field]);
    return String(setting);
  };
  return eachField(resolve);
}

/** An account that is not deployed belongs to no flow, whose settings would hold the variables and hide some. */
function readProcessVariable(RED: Runtime, name: string): string | undefined {
  const hidden: unknown = 'envVarExcludes' in RED.settings ? RED.settings.envVarExcludes : undefined;
  return Array.isArray(hidden) && hidden.includes(name) ? undefined : process.env[name];
}

/** Tries an account as it stands in an open edit dialog, step by step. */
export async function testTypedAccount(RED: Runtime, body: unknown): Promise<{ readonly steps: readonly Step[] }> {
  try {
    const { options } = readTypedAccount(RED, body);
    const { testConnection } = await import('../../../src/client/connection-test');
    return { steps: await testConnection(options) };
  } catch (error) {
    if (!(error instanceof OchnoError)) throw error;
    const { code: reason, problem, message } = error;
    return { steps: wholeReport([{ step: 'log-in', state: 'failed', reason, problem, message }]) };
  }
}
