import type { ConnectionStatus } from '../../../src/client/stream/stream-status';
import { type ConnectionReason, OchnoError } from '../../../src/protocol/ochno-error';
import type { Status } from '../node-red';

/*
 * Every text is a key of the catalogues: the editor translates it into the language of whoever looks. It is a full key,
 * since the instance of a subflow, which passes the status on, has no catalogue of its own.
 */

/** Something that can stand under a node; the text is its key in the catalogue of the node's type. */
export interface Sign {
  readonly fill: Status['fill'];
  readonly shape: Status['shape'];
  /** A word that flows can rely on; see `msg.status.code` of Status nodes. */
  readonly code: string;
  readonly key: string;
  /** The type whose catalogue has the key, if it is not the node's own. */
  readonly catalogue?: string;
}

const sign = (fill: Sign['fill'], shape: Sign['shape'], code: string, key = `status.${code}`): Sign => ({
  fill,
  shape,
  code,
  key,
});

/** An action or a call is under way. */
export const sending = sign('blue', 'dot', 'sending');

/** Connected, but events may have been missed. */
export const gap = sign('yellow', 'dot', 'gap');

/** The broker refused what this node subscribed to, though it is connected. */
export const forbidden = sign('red', 'ring', 'forbidden');

/** The platform's lists do not know the company, the port, or anything that is plugged in there. */
export const noCompany = sign('yellow', 'ring', 'no company');
export const noPort = sign('yellow', 'ring', 'no port');
export const noDevice = sign('yellow', 'ring', 'no device');
/** Something else than a lamp is plugged in there. */
export const noLamp = sign('yellow', 'ring', 'no device', 'status.no lamp');

/** There is no stream, since the account does not list the company. */
export const unknownCompany = sign('red', 'ring', 'no company');

export const connected = sign('green', 'dot', 'connected');

/** Connected, with options of a newer version of this package that this one does not know. */
export const connectedNewer = sign('yellow', 'dot', 'connected', 'status.newer version');

/** Nothing at all. */
export const blank: Sign = sign(undefined, undefined, '', '');

const signOfState: Readonly<Record<ConnectionStatus['state'], Sign>> = {
  connected,
  connecting: sign('yellow', 'ring', 'connecting'),
  disconnected: sign('red', 'ring', 'disconnected'),
  'log-in refused': sign('red', 'ring', 'log-in refused'),
  'not configured': sign('red', 'ring', 'not configured'),
  unused: blank,
};

const signOfReason: Readonly<Record<ConnectionReason, Sign>> = {
  dns: sign('red', 'ring', 'dns'),
  refused: sign('red', 'ring', 'refused'),
  tls: sign('red', 'ring', 'tls'),
  proxy: sign('red', 'ring', 'proxy'),
  timeout: sign('red', 'ring', 'timeout'),
  clock: sign('red', 'ring', 'clock'),
  forbidden,
};

/** How a connection shows: its reason if one is known, else its state. */
export function connectionSign(status: ConnectionStatus): Sign {
  const isExplained = status.state === 'disconnected' && status.reason !== undefined;
  return isExplained ? signOfReason[status.reason] : signOfState[status.state];
}

const accountOptions: readonly string[] = ['server', 'email', 'password', 'keepalive', 'connections', 'tls'];
const notConfiguredSigns = new Map<string | undefined, Sign>([[undefined, signOfState['not configured']]]);

/** An option or the account is missing or unusable; the text names the option. */
export function notConfigured(optionOrType: string | undefined): Sign {
  // A typed input and its type are one field.
  const option = optionOrType?.replace(/Type$/, '');
  const known = notConfiguredSigns.get(option);
  if (known) return known;
  const named = {
    ...signOfState['not configured'],
    key: `unset.${option}`,
    ...(option !== undefined && accountOptions.includes(option) ? { catalogue: 'ochno-config' } : {}),
  };
  notConfiguredSigns.set(option, named);
  return named;
}

const failureSigns = new Map<string, Sign>();

/** How a failed input shows: the error's short name, e.g. `failure.timeout` for `OCHNO_TIMEOUT`; `failure.other` where it has none. */
export function failureSign(error: unknown): Sign {
  const word = error instanceof OchnoError ? error.code.slice('OCHNO_'.length).toLowerCase() : 'other';
  const failure = failureSigns.get(word) ?? sign('red', 'dot', word, `failure.${word}`);
  failureSigns.set(word, failure);
  return failure;
}

const packageName = '@ochno/node-red-ochno';
const statuses = new Map<string, Status>();
const blankStatus: Status = Object.freeze({});

/** The status that shows the sign under a node of this type: one for all of them, since there may be thousands. */
export function statusOf(type: string, { fill, shape, code, key, catalogue = type }: Sign): Status {
  if (key === '') return blankStatus;
  const text = `${packageName}/${catalogue}:${key}`;
  const name = `${fill} ${shape} ${code} ${text}`;
  const known = statuses.get(name);
  if (known) return known;
  const status: Status = Object.freeze({ fill, shape, text, code });
  statuses.set(name, status);
  return status;
}
