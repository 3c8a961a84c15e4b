import type { PortInOptions } from '../../options';
import type { Runtime, RuntimeNode, SavedNode } from '../node-red';
import { reading } from '../options/option-reading';
import { type Equipment, setUp } from '../set-up';
import { showConnection } from '../status/show-connection';
import { failureStatus, notConfigured } from '../status/status';
import type { StatusLight } from '../status/status-light';
import { companiesOf, type PortInSettings, readPortInOptions } from './port-in-options';
import { PortListener } from './port-listener';

/*
 * There may be thousands of these nodes: what each keeps is one object that listens and the functions that end it.
 */

/** Makes a node send the events of the ports it selects into its flow until it is closed. */
export function listenToPorts(RED: Runtime, node: RuntimeNode, saved: SavedNode<PortInOptions>): void {
  const { light, equipment } = setUp(RED, node, saved.account, () => readPortInOptions(saved));
  if (!equipment.ok) return;
  const { account, options } = equipment.value;
  const companies = reading(() => companiesOf(options.selection, account.company));
  if (companies.ok) {
    const listening = { node, light, ...equipment.value };
    node.on('close', companies.value === 'every' ? listenInEvery(listening) : listenIn(companies.value, listening));
  } else {
    light.connection(notConfigured);
    node.error(`Not configured: ${companies.problem.message}`);
  }
}

interface Listening extends Equipment<PortInSettings> {
  readonly node: RuntimeNode;
  readonly light: StatusLight;
}

/** Listens in these companies; the function returned ends it. */
function listenIn(companies: readonly string[], listening: Listening): () => void {
  const ends = subscribe(companies, listening);
  const endShowing = showConnection(listening.account, companies, listening.light);
  return () => {
    endShowing();
    for (const end of ends) end();
  };
}

/** Apart from what ends it, since a function keeps alive all that its neighbours use. */
function subscribe(companies: readonly string[], { node, light, account, gaps, options }: Listening): (() => void)[] {
  const listener = new PortListener(node, light, gaps, options);
  return companies.map((company) => account.subscribe({ company, ...options.selection.ports }, listener));
}

/** Listens in every company the account lists, once it has said which these are; the function returned ends it. */
function listenInEvery(listening: Listening): () => void {
  const { node, light, account } = listening;
  let endListening = showConnection(account, [], light);
  const endFollowing = account.lists.followCompanies({
    found(companies) {
      endListening();
      light.notice(undefined);
      endListening = listenIn(
        companies.map(({ id }) => id),
        listening,
      );
    },
    failed(error) {
      light.notice(failureStatus(error));
      node.error(error, { ochno: {} });
    },
  });
  return () => {
    endFollowing();
    endListening();
  };
}
