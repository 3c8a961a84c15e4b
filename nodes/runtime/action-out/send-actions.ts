import type { SentAction } from '../../../src/client/commands/action-command';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { PortAddress } from '../../../src/protocol/topics/address';
import type { ActionOutOptions } from '../../options';
import type { Account } from '../account/shared-account';
import type { Message, Runtime, RuntimeNode, SavedNode } from '../node-red';
import { readTypedValue } from '../options/typed-value';
import { type Equipment, type NodeKind, setUp } from '../set-up';
import { type ActionOutSettings, readActionOutOptions } from './action-out-options';
import { fixedTargets, readTargets } from './action-targets';
import { KeptStreams } from './kept-streams';
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

/** The same message with what was sent; what differs from port to port is an array where there are several. */
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
