import type { PortInOptions } from '../options';
import { listCompanies } from './list-companies';
import type { Runtime, RuntimeNode, SavedNode } from './node-red';
import { reading } from './option-reading';
import { companiesOf, type PortInSettings, readPortInOptions } from './port-in-options';
import { PortListener } from './port-listener';
import { type Equipment, setUp } from './set-up';
import { showConnection } from './show-connection';
import { failureStatus, notConfigured } from './status';
import type { StatusLight } from './status-light';

/** Makes a node send the events of the ports it selects into its flow until it is closed. */
export function listenToPorts(RED: Runtime, node: RuntimeNode, saved: SavedNode<PortInOptions>): void {
  const { light, equipment } = setUp(RED, node, saved.account, () => readPortInOptions(saved));
  if (equipment.ok) listen(node, light, equipment.value);
}

function listen(node: RuntimeNode, light: StatusLight, { account, gaps, options }: Equipment<PortInSettings>): void {
  const listener = new PortListener(node, light, gaps, options);
  const ends: (() => void)[] = [];
  node.on('close', () => {
    for (const end of ends.splice(0)) end();
  });

  const refuse = (problem: Error): void => {
    light.connection(notConfigured);
    node.error(`Not configured: ${problem.message}`);
  };
  const listenIn = (companies: readonly string[]): void => {
    const subscribed = reading(() => {
      for (const company of companies) {
        ends.push(account.subscribe({ company, ...options.selection.ports }, listener));
      }
    });
    if (subscribed.ok) ends.push(showConnection(account, companies, light));
    else refuse(subscribed.problem);
  };
  const listenInEvery = (): void => {
    const endWaiting = showConnection(account, [], light);
    const endListing = listCompanies(account, {
      found(companies) {
        endWaiting();
        light.notice(undefined);
        listenIn(companies);
      },
      failed(error) {
        light.notice(failureStatus(error));
        node.error(error, { ochno: {} });
      },
    });
    ends.push(endWaiting, endListing);
  };

  const companies = reading(() => companiesOf(options.selection, account.company));
  if (!companies.ok) refuse(companies.problem);
  else if (companies.value === 'every') listenInEvery();
  else listenIn(companies.value);
}
