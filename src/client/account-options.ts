import { accountRanges } from '../protocol/account-ranges';
import { numberWithin } from '../protocol/json/numeric-text';
import { quoted } from '../protocol/json/quoted';
import { OchnoError } from '../protocol/ochno-error';
import { parseServerUrl } from '../protocol/rest/server-url';
import { readId } from '../protocol/topics/ids';
import type { NetworkOptions } from './network/network-agent';

export interface AccountOptions {
  /** The platform's URL; `https:`, or `http:` on a loopback host. */
  readonly server: string;
  readonly email: string;
  readonly password: string;
  /** The company meant if none is named. */
  readonly company?: string | undefined;
  /** MQTT keep-alive, 15–1200 s. Default: 30. */
  readonly keepaliveSeconds?: number | undefined;
  /**
   * How many connections the stream of one company may use, 1–10. AWS IoT passes 100 messages a second on each and takes
   * 50 subscriptions. Default: 1.
   */
  readonly connections?: number | undefined;
  readonly network?: NetworkOptions | undefined;
  /**
   * Tells this installation from others of the same account, and stays the same from start to start. The stream's client
   * ids are made from it: two installations with one id would throw each other out.
   */
  readonly instanceId?: string | undefined;
}

/** Options that were found good. */
export interface CheckedAccountOptions {
  readonly server: URL;
  readonly email: string;
  readonly password: string;
  readonly company: string | undefined;
  readonly keepaliveSeconds: number;
  readonly connections: number;
  readonly network: NetworkOptions;
  readonly instanceId: string | undefined;
}

/** @throws {OchnoError} OCHNO_VALUE that names the option. */
export function checkAccountOptions(options: AccountOptions): CheckedAccountOptions {
  const [email, password] = [textOf(options, 'email').trim(), textOf(options, 'password')];
  const [company, instanceId] = [textOf(options, 'company').trim(), options.instanceId];
  const server = parseServerUrl(options.server);
  if (email === '' || password === '') {
    throw new OchnoError('OCHNO_VALUE', `the account has no ${email === '' ? 'email' : 'password'}`);
  }
  const keepaliveSeconds = numberWithin('keepalive', options.keepaliveSeconds ?? 30, accountRanges.keepalive);
  const connections = numberWithin('connections', options.connections ?? 1, accountRanges.connections);
  return {
    server,
    email,
    password,
    company: company === '' ? undefined : readId('company', company),
    keepaliveSeconds: Math.round(keepaliveSeconds),
    connections,
    network: options.network ?? {},
    instanceId,
  };
}

/** Who calls it from JavaScript may give anything, such as a variable of the environment that is not set. */
function textOf(options: Partial<AccountOptions>, name: 'email' | 'password' | 'company'): string {
  const value: unknown = options[name] ?? '';
  if (typeof value === 'string') return value;
  // A password is not shown, whatever it is.
  const shown = name === 'password' ? typeof value : quoted(value);
  throw new OchnoError('OCHNO_VALUE', `${name}: it must be text, not ${shown}`);
}
