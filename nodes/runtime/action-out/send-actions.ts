import type { ActionCommand, SentAction } from '../../../src/client/commands/action-command';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { type PortAddress, portTopic } from '../../../src/protocol/topics/address';
import { type ActionOutOptions, actionOutDefaults } from '../../options';
import type { Account } from '../account/shared-account';
import type { Message, Runtime, RuntimeNode, SavedNode } from '../node-red';
import { readChoice, readFlag, readText, readTimeoutMs } from '../options/option-reading';
import { readTypedValue, type TypedInput } from '../options/typed-value';
import { type Equipment, type NodeKind, setUp } from '../set-up';
import { type AddressFields, fixedTargets, readAddressFields, readTargets } from './action-targets';
import { TargetFinder } from './known-ports';
import { MissingPorts } from './missing-ports';

/** Makes a node send each message it gets as an action until it is closed. */
export function sendActions(RED: Runtime, node: RuntimeNode, saved: SavedNode<ActionOutOptions>): void {
  setUp(RED, node, saved, actionOut);
}

const actionOut: NodeKind<ActionOutOptions, ActionOutSettings> = {
  hasInput: () => true,
  readOptions: readActionOutOptions,
  begin(equipment, { account }) {
    const { light, options } = equipment;
    const kept = new KeptStreams(account, (companies) => equipment.showConnectionOf(companies));
    const missing = new MissingPorts(account, { light, command: options.command });
    const end = (): void => {
      kept.end();
      missing.end();
    };
    try {
      startWith(kept, options, account.company);
      missing.look(fixedTargets(options.address, account.company));
    } catch (error) {
      end();
      throw error;
    }
    const sender = { account, kept, missing, finder: new TargetFinder(account) };
    return { handle: (msg, signal) => send(equipment, sender, msg, signal), end };
  },
};

interface Sender {
  readonly account: Account;
  readonly kept: KeptStreams;
  readonly finder: TargetFinder;
  readonly missing: MissingPorts;
}

async function send(
  { RED, node, options }: Equipment<ActionOutSettings>,
  { account, kept, finder, missing }: Sender,
  msg: Message,
  signal: AbortSignal,
): Promise<Message | undefined> {
  const { command, confirm } = options;
  const wanted = readTargets(options.address, msg, account.company);
  const value = await readTypedValue(RED, node, options.value, msg);
  const terms = { timeoutMs: options.timeoutMs, signal };
  const { targets, timeoutMs } = await finder.find(wanted, { command, value }, terms);
  const followed: PortAddress[] = [];
  const onPresentNeeded = (port: PortAddress): void => {
    if (kept.follow(port)) followed.push(port);
  };
  try {
    const outcome = await account.send({ targets, command, value, confirm, timeoutMs, signal, onPresentNeeded });
    kept.use(wanted.company);
    missing.look(targets);
    return outcome.kind === 'sent' ? answer(msg, outcome.results) : undefined;
  } catch (error) {
    // Of a company that a message got wrong, a stream would be tried for as long as the node lives.
    for (const port of followed) if (!kept.uses(port.company)) kept.leave(port);
    throw error;
  }
}

/** The stream is opened and a lamp followed from the start, as far as the options say which. */
function startWith(
  kept: KeptStreams,
  { address, command }: ActionOutSettings,
  accountCompany: string | undefined,
): void {
  kept.start(address.company ?? accountCompany);
  if (command === 'lamp') for (const port of fixedTargets(address, accountCompany)) kept.follow(port);
}

/** The same message with what was sent; what differs from port to port is an array if there are several. */
function answer(msg: Message, results: readonly SentAction[]): Message {
  const [first] = results;
  if (!first) return msg;
  const isOne = results.length === 1;
  const each = <Value>(read: (result: SentAction) => Value) => (isOne ? read(first) : results.map(read));
  const ids = (level: 'location' | 'hub'): string | readonly string[] =>
    results.every(({ address }) => address[level] === first.address[level])
      ? first.address[level]
      : results.map(({ address }) => address[level]);
  msg.ochno = {
    ...(isPlainObject(msg.ochno) ? msg.ochno : {}),
    company: first.address.company,
    location: ids('location'),
    hub: ids('hub'),
    port: each(({ address }) => address.port),
    topic: each(({ topic }) => topic),
    sent: each(({ sent }) => sent),
  };
  return msg;
}

/** The options of an action-out node, read and checked. */
interface ActionOutSettings {
  readonly address: AddressFields;
  readonly command: ActionCommand['command'];
  readonly value: TypedInput;
  readonly confirm: boolean;
  readonly timeoutMs: number;
}

/** @throws OchnoError `OCHNO_VALUE` naming the option that is unusable */
function readActionOutOptions(saved: ActionOutOptions): ActionOutSettings {
  return {
    address: readAddressFields({
      company: readText('company', saved.company),
      location: readText('location', saved.location),
      hub: readText('hub', saved.hub),
      port: readText('port', saved.port),
    }),
    command: readChoice('command', saved.command, ['lamp', 'device', 'envelope']),
    value: {
      option: 'value',
      value: saved.value ?? actionOutDefaults.value,
      type: readText('valueType', saved.valueType, actionOutDefaults.valueType),
    },
    confirm: readFlag('confirm', saved.confirm),
    timeoutMs: readTimeoutMs(saved.timeout, Number(actionOutDefaults.timeout)),
  };
}

/** Shows the state of these companies' streams from now on. */
type Show = (companies: readonly string[]) => void;

/** The streams a sending node keeps open and shows, and the ports whose last event it keeps at hand, each from its first use on. */
class KeptStreams {
  readonly #account: Account;
  readonly #show: Show;
  readonly #companies = new Map<string, () => void>();
  readonly #ports = new Map<string, () => void>();
  #ended = false;

  constructor(account: Account, show: Show) {
    this.#account = account;
    this.#show = show;
  }

  /** Begins with a company's stream, or if messages have to say which company, with none. */
  start(company: string | undefined): void {
    if (company === undefined) this.#show([]);
    else this.use(company);
  }

  /** Keeps a company's stream open. */
  use(company: string): void {
    if (this.#ended || this.#companies.has(company)) return;
    this.#companies.set(company, this.#account.use(company));
    this.#show([...this.#companies.keys()]);
  }

  /** Whether a company's stream is kept open. */
  uses(company: string): boolean {
    return this.#companies.has(company);
  }

  /** Keeps a port's last event at hand. Returns whether it was not before. */
  follow(address: PortAddress): boolean {
    const topic = portTopic(address);
    if (this.#ended || this.#ports.has(topic)) return false;
    this.#ports.set(topic, this.#account.follow(address));
    return true;
  }

  /** Lets go of a port. */
  leave(address: PortAddress): void {
    const topic = portTopic(address);
    this.#ports.get(topic)?.();
    this.#ports.delete(topic);
  }

  end(): void {
    this.#ended = true;
    for (const release of [...this.#companies.values(), ...this.#ports.values()]) release();
  }
}
