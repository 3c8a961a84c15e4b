import type { AccountOptions } from '../../../src/client/account-options';
import type { TlsOptions } from '../../../src/client/network/network-agent';
import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { type ConfigCredentials, type ConfigOptions, configDefaults } from '../../options';
import { findNode, type Runtime, type RuntimeNode } from '../node-red';
import { readNumber, readText } from '../options/option-reading';

const noEmail = 'The account has no email: type the one you log in with';
const noCredentials =
  'The account has neither email nor password: type both and deploy. Flows that were exported come without them, as do flows whose credentials Node-RED could not decrypt';

/** The options of an account as they were saved or typed; credentials apart, since Node-RED keeps them apart. */
interface SavedAccount {
  readonly options: Partial<Record<keyof ConfigOptions, unknown>>;
  readonly credentials: Partial<Record<keyof ConfigCredentials, unknown>>;
}

/**
 * What the client needs to know of an account.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the option that is missing or unusable
 */
export function readAccountOptions(RED: Runtime, { options, credentials }: SavedAccount): AccountOptions {
  const email = readText('email', credentials.email).trim();
  const password = readText('password', credentials.password);
  if (email === '')
    throw new OchnoError('OCHNO_VALUE', password === '' ? noCredentials : noEmail, {
      problem: { field: 'email', key: 'missing' },
    });
  if (password === '')
    throw new OchnoError('OCHNO_VALUE', 'The account has no password: type it and deploy', {
      problem: { field: 'password', key: 'missing' },
    });
  const company = readText('company', options.company).trim();
  const tls = readTls(RED, readText('tls', options.tls));
  return {
    server: readText('server', options.server, configDefaults.server),
    email,
    password,
    ...(company === '' ? {} : { company }),
    keepaliveSeconds: readNumber('keepalive', options.keepalive, Number(configDefaults.keepalive)),
    connections: readNumber('connections', options.connections, Number(configDefaults.connections)),
    network: { environment: process.env, ...(tls ? { tls } : {}) },
  };
}

/** Node-RED's own `tls-config` node, as far as it matters here. */
interface TlsConfigNode extends RuntimeNode {
  readonly valid: boolean;
  addTLSOptions(options: object): CoreTlsOptions;
}

type CoreTlsOptions = Omit<TlsOptions, 'alpnProtocols'> & { ALPNProtocols?: string[] };

function readTls(RED: Runtime, id: string): TlsOptions | undefined {
  if (id === '') return undefined;
  const node = findNode(RED, id);
  if (!node || !isTlsConfig(node)) {
    throw new OchnoError('OCHNO_VALUE', `The TLS configuration ${quoted(id)} is missing or disabled: choose another`, {
      problem: { field: 'tls', key: 'tls-missing' },
    });
  }
  if (!node.valid) {
    throw new OchnoError('OCHNO_VALUE', 'The TLS configuration is unusable: its own log line says why', {
      problem: { field: 'tls', key: 'tls-unusable' },
    });
  }
  const { ALPNProtocols, ...tls } = node.addTLSOptions({});
  return ALPNProtocols ? { ...tls, alpnProtocols: ALPNProtocols } : tls;
}

function isTlsConfig(node: RuntimeNode): node is TlsConfigNode {
  return node.type === 'tls-config' && 'addTLSOptions' in node && typeof node.addTLSOptions === 'function';
}
