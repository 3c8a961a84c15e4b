import { OchnoError } from '../../src/protocol/ochno-error';
import { isPlainObject } from '../../src/protocol/plain-object';
import { quoted } from '../../src/protocol/quoted';
import { type AccountNode, findAccountNode } from './account-node';
import type { SavedAccount } from './account-options';
import type { Runtime } from './node-red';

/** What the editor sends in place of a password it has not been told. */
const unchangedPassword = '__PWRD__';

const fields = ['id', 'server', 'email', 'password', 'company', 'keepalive', 'tls'] as const;
type TypedFields = Record<(typeof fields)[number], string>;

/** An account as it stands in an open edit dialog. */
export interface TypedAccount {
  readonly saved: SavedAccount;
  /** The deployed account, where the dialog holds the same log-in and TLS: what is open already can be used. */
  readonly deployed: AccountNode | undefined;
}

/**
 * Reads an account out of an edit dialog's request. The stored password stands in for one that was not typed, but only
 * with the deployed server and email: else anyone who may edit could have it sent to a server of theirs.
 *
 * @throws OchnoError `OCHNO_VALUE`
 */
export function readTypedAccount(RED: Runtime, body: unknown): TypedAccount {
  const typed = readFields(body);
  const node = findAccountNode(RED, typed.id);
  const given = resolveFields(RED, typed, node);
  const isSamePlace =
    node !== undefined && given.server === node.saved.server && given.email === node.credentials.email;
  const isTyped = given.password !== '' && given.password !== unchangedPassword;
  const stored = isSamePlace ? node.credentials.password : undefined;
  if (!isTyped && node && !isSamePlace) {
    throw new OchnoError(
      'OCHNO_VALUE',
      'Type the password again: the stored one is used with the deployed server and email only',
    );
  }
  const password = isTyped ? given.password : (stored ?? '');
  const isDeployed = isSamePlace && password === stored && given.tls === (node.saved.tls ?? '');
  return {
    saved: {
      options: { server: given.server, company: given.company, keepalive: given.keepalive, tls: given.tls },
      credentials: { email: given.email, password },
    },
    deployed: isDeployed ? node : undefined,
  };
}

function readFields(body: unknown): TypedFields {
  const given = isPlainObject(body) ? body : {};
  const read = (field: string): string => {
    const value = given[field] ?? '';
    if (typeof value === 'string' && value.length <= 10_000) return value;
    if (typeof value === 'number') return String(value);
    throw new OchnoError('OCHNO_VALUE', `"${field}" has to be text, not ${quoted(value)}`);
  };
  return {
    id: read('id'),
    server: read('server'),
    email: read('email'),
    password: read('password'),
    company: read('company'),
    keepalive: read('keepalive'),
    tls: read('tls'),
  };
}

/** Fills in `${NAME}` as the runtime does at a deploy; one that is not set stays, and is refused by name later. */
function resolveFields(RED: Runtime, typed: TypedFields, node: AccountNode | undefined): TypedFields {
  const resolve = (text: string): string => {
    const name = /^\$\{(\S+)\}$/.exec(text)?.[1];
    if (name === undefined) return text;
    const setting: unknown = node ? RED.util.getSetting(node, name) : readProcessVariable(RED, name);
    return setting === undefined ? text : String(setting);
  };
  const entries = fields.map((field) => [field, resolve(typed[field])] as const);
  return { ...typed, ...Object.fromEntries(entries) };
}

/** An account that is not deployed belongs to no flow, whose settings would hold the variables and hide some. */
function readProcessVariable(RED: Runtime, name: string): string | undefined {
  const hidden: unknown = 'envVarExcludes' in RED.settings ? RED.settings.envVarExcludes : undefined;
  return Array.isArray(hidden) && hidden.includes(name) ? undefined : process.env[name];
}
