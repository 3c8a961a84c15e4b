import type { PortSubscriber } from '../../../src/client/events/port-subscriber';
import type { Account } from '../account/shared-account';
import type { Equipment } from '../set-up';
import { failureSign, noCompany, type Sign } from '../status/status';
import type { PortInSettings, PortSelection } from './port-in-options';

interface Served {
  readonly company: string;
  readonly end: () => void;
}

/** The subscriptions to the ports of one selection, one in each of its companies; of every company they follow the list. */
export class SelectedPorts {
  readonly selection: PortSelection;
  readonly #equipment: Equipment<PortInSettings>;
  readonly #account: Account;
  readonly #subscriber: PortSubscriber;
  #companies: readonly string[] | undefined;
  #served: readonly Served[] = [];
  #endFollowing: (() => void) | undefined;

  constructor(
    equipment: Equipment<PortInSettings>,
    account: Account,
    selection: PortSelection,
    subscriber: PortSubscriber,
  ) {
    this.selection = selection;
    this.#equipment = equipment;
    this.#account = account;
    this.#subscriber = subscriber;
  }

  /** Those it listens to; nothing as long as the account has not listed them. */
  get companies(): readonly string[] | undefined {
    return this.#companies;
  }

  /** Subscribes; `onCompanies` is called whenever the companies have changed. */
  begin(onCompanies: () => void): void {
    const { companies } = this.selection;
    if (companies !== 'every') {
      this.#serve(companies);
      onCompanies();
      return;
    }
    onCompanies();
    this.#endFollowing = this.#account.lists.followCompanies({
      found: (found) => {
        this.#serve(found.map(({ id }) => id));
        onCompanies();
        this.#tell(found.length === 0 ? noCompany : undefined);
        if (found.length > 0) return;
        this.#equipment.node.warn('The account lists no company, so nothing can be heard; the list is read again');
      },
      failed: (error) => {
        this.#tell(failureSign(error));
        this.#equipment.node.error(error, { ochno: {} });
      },
    });
  }

  end(): void {
    this.#endFollowing?.();
    this.#serve([]);
  }

  /** A company that is served already goes on as it is. */
  #serve(companies: readonly string[]): void {
    const { locations, hubs, ports } = this.selection.ports;
    const before = this.#served;
    this.#companies = companies;
    for (const { company, end } of before) if (!companies.includes(company)) end();
    this.#served = companies.map((company) => {
      const served = before.find((other) => other.company === company);
      if (served) return served;
      return { company, end: this.#account.subscribe({ company, locations, hubs, ports }, this.#subscriber) };
    });
  }

  #tell(notice: Sign | undefined): void {
    this.#equipment.light.notice(notice);
  }
}
