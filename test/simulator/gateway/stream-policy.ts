/**
 * What the AWS policy behind a company's stream credentials permits, beside the rule that a company reaches its own
 * topics only. Patterns are matched as AWS does it, as text: `*` stands for any characters and `?` for one, while `+`
 * and `#` mean nothing, so that `/ports/c/loc1/*` permits `/ports/c/loc1/#` and refuses `/ports/c/#`.
 */
export interface StreamPolicy {
  /** Filters that may be subscribed to (iot:Subscribe). Default: all. */
  readonly subscribe?: readonly string[];
  /** Topics whose events are delivered (iot:Receive); the others are kept back without a word. Default: all. */
  readonly receive?: readonly string[];
  /** Topics that may be published on (iot:Publish). Default: all. */
  readonly publish?: readonly string[];
  /** Client ids that may connect (iot:Connect). Default: all. */
  readonly clientIds?: readonly string[];
  /** Whether CONNECT may ask for a session that is kept, clean = false (PersistentConnect). Default true. */
  readonly persistentSessions?: boolean;
  /** How many connections a company may have open at a time. Default: any number. */
  readonly connections?: number;
  /**
   * Which one goes where there is one connection too many. `newest` (default): it is refused as `refusal` says. `late`: it
   * is accepted, and closed at its first packet. `oldest`: it is accepted, and the others are closed.
   */
  readonly surplus?: 'newest' | 'late' | 'oldest';
  /**
   * How it says no. `close` (default), as AWS does in MQTT 3.1.1: the connection ends without a word. `code`:
   * CONNACK 5, SUBACK 0x80, and a PUBLISH is acknowledged and goes nowhere. `403`: as `code`, but a connection too
   * many is refused at its upgrade.
   */
  readonly refusal?: 'close' | 'code' | '403';
}

const permissive: Required<StreamPolicy> = {
  subscribe: ['*'],
  receive: ['*'],
  publish: ['*'],
  clientIds: ['*'],
  persistentSessions: true,
  connections: Number.POSITIVE_INFINITY,
  surplus: 'newest',
  refusal: 'close',
};

/** The policy in force. A change counts for what is asked after it; subscriptions and connections that are there stay. */
export class PolicyInForce {
  #policy: Required<StreamPolicy> = permissive;

  constructor(policy: StreamPolicy = {}) {
    this.change(policy);
  }

  /** Replaces what is given and keeps the rest; `undefined` goes back to the default. */
  change(change: { readonly [Name in keyof StreamPolicy]: StreamPolicy[Name] | undefined }): void {
    const entries = Object.entries({ ...this.#policy, ...change });
    const given = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    this.#policy = { ...permissive, ...given };
  }

  get surplus(): Required<StreamPolicy>['surplus'] {
    return this.#policy.surplus;
  }

  get refusal(): Required<StreamPolicy>['refusal'] {
    return this.#policy.refusal;
  }

  maySubscribe(company: string, filter: string): boolean {
    return filter.startsWith(`/ports/${company}/`) && matches(this.#policy.subscribe, filter);
  }

  mayReceive(topic: string): boolean {
    return matches(this.#policy.receive, topic);
  }

  mayPublish(company: string, topic: string): boolean {
    return topic.startsWith(`/action/${company}/`) && matches(this.#policy.publish, topic);
  }

  mayConnect(clientId: string, clean: boolean): boolean {
    return (clean || this.#policy.persistentSessions) && matches(this.#policy.clientIds, clientId);
  }

  /** Whether there may be one connection more. */
  hasRoom(openConnections: number): boolean {
    return openConnections < this.#policy.connections;
  }
}

type Check = readonly [wanted: string, holds: (value: unknown) => boolean];

const texts: Check = [
  'a list of texts',
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
];
const refusals: readonly unknown[] = ['close', 'code', '403'];
const surpluses: readonly unknown[] = ['newest', 'late', 'oldest'];

const checks: Readonly<Record<keyof StreamPolicy, Check>> = {
  subscribe: texts,
  receive: texts,
  publish: texts,
  clientIds: texts,
  persistentSessions: ['true or false', (value) => typeof value === 'boolean'],
  connections: ['a whole number from 1', (value) => Number.isInteger(value) && Number(value) >= 1],
  surplus: [`one of ${surpluses.join(', ')}`, (value) => surpluses.includes(value)],
  refusal: [`one of ${refusals.join(', ')}`, (value) => refusals.includes(value)],
};

function isPolicyField(name: string): name is keyof StreamPolicy {
  return Object.hasOwn(checks, name);
}

/** A policy that was typed by hand; throws an error that says what is wrong with it. */
export function checkPolicy(policy: unknown): StreamPolicy {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) throw new Error('it must be an object');
  for (const [name, value] of Object.entries(policy)) {
    if (!isPolicyField(name)) throw new Error(`there is no "${name}"; known are ${Object.keys(checks).join(', ')}`);
    const [wanted, holds] = checks[name];
    if (!holds(value)) throw new Error(`"${name}" must be ${wanted}`);
  }
  return policy;
}

function matches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => expressionOf(pattern).test(text));
}

function expressionOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\#]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
