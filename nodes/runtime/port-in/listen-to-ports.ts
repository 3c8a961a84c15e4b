import type { PortInOptions } from '../../options';
import type { Account, AccountUse } from '../account/shared-account';
import type { Runtime, RuntimeNode, SavedNode } from '../node-red';
import { type Equipment, type NodeKind, setUp, type Work } from '../set-up';
import { ControlledPorts } from './control-messages';
import { hasControlInput, type PortInSettings, readPortInOptions, selectionOf } from './port-in-options';
import { PortListener } from './port-listener';
import { NameBook } from './port-names';
import { SelectedPorts } from './selected-ports';

/** Makes a node send the events of the ports it selects into its flow until it is closed. */
export function listenToPorts(RED: Runtime, node: RuntimeNode, saved: SavedNode<PortInOptions>): void {
  setUp(RED, node, saved, portIn);
}

const portIn: NodeKind<PortInOptions, PortInSettings> = {
  hasInput: hasControlInput,
  readOptions: readPortInOptions,
  begin: listen,
};

function listen(equipment: Equipment<PortInSettings>, { account, gaps }: AccountUse): Work {
  const { options } = equipment;
  const selection = selectionOf(options, account.company);
  const names = options.names ? nameBookOf(account) : undefined;
  const listener = new PortListener(equipment, gaps, names);
  if (options.control) return new ControlledPorts(equipment, account, selection, listener);
  const ports = new SelectedPorts(equipment, account, selection, listener);
  ports.begin(() => {
    for (const company of ports.companies ?? []) names?.keepRead(company);
    equipment.showConnectionOf(ports.companies);
  });
  return ports;
}

/** One for all nodes of an account. */
const nameBooks = new WeakMap<Account, NameBook>();

function nameBookOf(account: Account): NameBook {
  const book = nameBooks.get(account) ?? new NameBook(account.lists, () => performance.now());
  nameBooks.set(account, book);
  return book;
}
