/**
 * The saved options of the four node types and their defaults, declared once for the runtime and the editor.
 * Flows are saved with these names and live for years: they change by addition only. The defaults are those of a new
 * node; what an option means in a flow that was saved before the option existed stands in `meaningIfAbsent`.
 */

import { accountRanges } from '../src/protocol/account-ranges';

/** Options every node saves. `version` is there for later migrations. */
interface SavedOptions {
  name: string;
  version: number;
}

export interface ConfigOptions extends SavedOptions {
  server: string;
  company: string;
  keepalive: string | number;
  /** How many connections the stream of one company may use. */
  connections: string | number;
  tls: string;
}

export interface ConfigCredentials {
  email: string;
  password: string;
}

/** Which ports: empty or `+` for any, one id, or several separated by commas. */
interface AddressOptions {
  account: string;
  company: string;
  location: string;
  hub: string;
  port: string;
}

export interface PortInOptions extends SavedOptions, AddressOptions {
  property: string;
  emit: 'every' | 'change';
  deadband: string;
  initial: 'none' | 'start' | 'connect';
  /** Whether `msg.ochno.names` is added. */
  names: boolean;
  /** What stands under the node. */
  show: 'connection' | 'value';
  /** Whether the node takes control messages. */
  control: boolean;
  /** 1 with `control`, else 0: Node-RED draws the node's input by it. */
  inputs: number;
}

export interface ActionOutOptions extends SavedOptions, AddressOptions {
  command: 'lamp' | 'device' | 'envelope';
  value: string;
  valueType: string;
  confirm: boolean;
  timeout: string | number;
}

export interface RestOptions extends SavedOptions {
  account: string;
  resource: 'companies' | 'locations' | 'floorPlans' | 'hubs' | 'ports' | 'metrics' | 'custom';
  operation: 'list' | 'get' | 'create' | 'replace' | 'update' | 'delete' | 'request';
  target: string;
  targetType: string;
  method: string;
  path: string;
  query: string;
  queryType: string;
  body: string;
  bodyType: string;
  all: boolean;
  shape: 'platform' | 'series' | 'chart';
  timeout: string | number;
}

/**
 * The environment variable that a whole value stands for: `${NAME}`, or the older `$(NAME)`. Node-RED's runtime puts its
 * value there before a node is made; one that is not set it leaves as it was.
 */
export function variableIn(text: string): string | undefined {
  const [, name, olderName] = /^\$(?:\{(\S+)\}|\((\S+)\))$/.exec(text) ?? [];
  return name ?? olderName;
}

/** What the options that are numbers may be. */
export const numberRanges = {
  ...accountRanges,
  timeout: { least: 0.001, most: 86_400, unit: 'seconds' },
} as const;

const anyPort = { company: '', location: '', hub: '', port: '' };

export const configDefaults: ConfigOptions = {
  name: '',
  server: 'https://operated.ochno.com',
  company: '',
  keepalive: 30,
  connections: 1,
  tls: '',
  version: 1,
};

export const portInDefaults: PortInOptions = {
  name: '',
  account: '',
  ...anyPort,
  property: '',
  emit: 'every',
  deadband: '',
  initial: 'none',
  names: false,
  show: 'value',
  control: false,
  inputs: 0,
  version: 1,
};

export const actionOutDefaults: ActionOutOptions = {
  name: '',
  account: '',
  ...anyPort,
  command: 'lamp',
  value: 'payload',
  valueType: 'msg',
  confirm: true,
  timeout: 30,
  version: 1,
};

export const restDefaults: RestOptions = {
  name: '',
  account: '',
  resource: 'companies',
  operation: 'list',
  target: '',
  targetType: 'str',
  method: 'GET',
  path: '',
  query: '',
  queryType: 'json',
  body: 'payload',
  bodyType: 'msg',
  all: false,
  shape: 'platform',
  timeout: 15,
  version: 1,
};

/** Options that mean something else in a flow saved without them than in a new node. */
export const meaningIfAbsent = {
  show: 'connection',
  confirm: false,
} as const satisfies Pick<PortInOptions, 'show'> & Pick<ActionOutOptions, 'confirm'>;
