import type { SentAction } from '../../../src/client/commands/action-command';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { PortAddress } from '../../../src/protocol/topics/address';
import type { ActionOutOptions } from '../../options';
import type { Message, Runtime, RuntimeNode, SavedNode } from '../node-red';
import { onInput, refuseInput } from '../on-input';
import { reading } from '../options/option-reading';
import { readTypedValue } from '../options/typed-value';
import { type Equipment, setUp } from '../set-up';
import { showConnection } from '../status/show-connection';
import { notConfigured } from '../status/status';
import type { StatusLight } from '../status/status-light';
import { type ActionOutSettings, readActionOutOptions } from './action-out-options';
import { fixedTargets, readTargets } from './action-targets';
import { KeptStreams } from './kept-streams';

/** Makes a node send each message it gets as an action until it is closed. */
export function sendActions(RED: Runtime, node: RuntimeNode, saved: SavedNode<ActionOutOptions>): void {
  const { light, equipment } = setUp(RED, node, saved.account, () => readActionOutOptions(saved));
  if (equipment.ok) send(RED, node, light, equipment.value);
  else refuseInput(node, equipment.problem);
}

function send(
  RED: Runtime,
  node: RuntimeNode,
  light: StatusLight,
  { account, options }: Equipment<ActionOutSettings>,
): void {
  const kept = new KeptStreams(account, (companies) => showConnection(account, companies, light));
  node.on('close', () => kept.end());
  const started = reading(() => startWith(kept, options, account.company));
  if (!started.ok) {
    light.connection(notConfigured);
    node.error(`Not configured: ${started.problem.message}`);
    refuseInput(node, started.problem);
    return;
  }
  const { command, confirm, timeoutMs } = options;
  onInput(node, light, async (msg, signal) => {
    const targets = readTargets(options.address, msg, account.company);
    const value = await readTypedValue(RED, node, options.value, msg);
    const followed: PortAddress[] = [];
    const onPresentNeeded = (port: PortAddress): void => {
      if (kept.follow(port)) followed.push(port);
    };
    try {
      const outcome = await account.send({ targets, command, value, confirm, timeoutMs, signal, onPresentNeeded });
      for (const { company } of targets) kept.use(company);
      return outcome.kind === 'sent' ? answer(msg, outcome.results) : undefined;
    } catch (error) {
      // Of a company that a message got wrong, a stream would be tried for as long as the node lives.
      for (const port of followed) if (!kept.uses(port.company)) kept.leave(port);
      throw error;
    }
  });
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
  const { company, location, hub } = first.address;
  const isOne = results.length === 1;
  msg.ochno = {
    ...(isPlainObject(msg.ochno) ? msg.ochno : {}),
    company,
    location,
    hub,
    port: isOne ? first.address.port : results.map(({ address }) => address.port),
    topic: isOne ? first.topic : results.map(({ topic }) => topic),
    sent: isOne ? first.sent : results.map(({ sent }) => sent),
  };
  return msg;
}
