import { quoted } from '../protocol/json/quoted';
import { OchnoError } from '../protocol/ochno-error';
import { readAtOnce, readPorts } from '../protocol/rest/listed-places';
import { fillPath } from '../protocol/rest/path-rules';
import type { PortAddress, PortSelector } from '../protocol/topics/address';
import type { PortFollowing, PortSource } from './commands/actions';
import type { PortSubscriber } from './events/port-subscriber';
import type { AccountLists } from './lists/platform-lists';
import type { RestRequest, RestResponse } from './rest/rest-request';

/** What is needed of an account. */
interface PortsAccount {
  subscribe(selector: PortSelector, subscriber: PortSubscriber): () => void;
  request(request: RestRequest): Promise<RestResponse>;
  readonly lists: Pick<AccountLists, 'known' | 'ports'>;
}

/** Single ports of an account, as those who send commands need them: their events and their present state. */
export class AccountPorts implements PortSource {
  readonly #account: PortsAccount;
  readonly #settled: (company: string) => Promise<void>;

  /** @param settled resolves when every subscription of the company wanted now has its answer */
  constructor(account: PortsAccount, settled: (company: string) => Promise<void>) {
    this.#account = account;
    this.#settled = settled;
  }

  subscribe(address: PortAddress, onEvent: (data: unknown) => void): PortFollowing {
    const { company, location, hub, port } = address;
    let end: () => void = () => undefined;
    const refused = new Promise<never>((_resolve, reject) => {
      end = this.#account.subscribe(
        { company, locations: [location], hubs: [hub], ports: [port] },
        {
          initial: 'none',
          onEvent: ({ data }) => onEvent(data),
          // What can't be read shows no state, and whoever follows is told of a gap by the account.
          onUnreadable: () => undefined,
          onGap: () => undefined,
          onRefused: reject,
        },
      );
    });
    // A turn later, so that the ports of one command are subscribed to together.
    const settled = Promise.resolve().then(() => this.#settled(company));
    const ready = Promise.race([settled, refused]);
    ready.catch(() => undefined);
    return { ready, end };
  }

  /**
   * The port's object. Its id may be unique within its hub only, so one that belongs elsewhere is not used, and the port is
   * looked for in the list of all.
   */
  async readPort(address: PortAddress, limits: { timeoutMs: number; signal: AbortSignal }): Promise<unknown> {
    const namesakes = this.#account.lists.known(address.company).ports.filter(({ id }) => id === address.port);
    if (namesakes.length > 1) return this.#listed(address);
    const path = fillPath('/api/ports/{port}', { port: address.port });
    try {
      const { body } = await this.#account.request({ method: 'GET', path, ...limits });
      return isElsewhere(body, address) ? await this.#listed(address) : body;
    } catch (error) {
      if (!(error instanceof OchnoError) || error.statusCode !== 404) throw error;
      // Where ids are unique within a hub only, the platform may know a port by another one.
      return this.#listed(address).catch(() => {
        throw error;
      });
    }
  }

  async #listed({ company, location, hub, port }: PortAddress): Promise<unknown> {
    const ports = await this.#account.lists.ports(company, { maxAgeMs: 0 });
    const found = ports.find((one) => one.id === port && one.hub === hub && one.location === location);
    if (found !== undefined) return { id: port, data: found.state };
    const message = `The platform lists no port ${quoted(port)} at the hub ${quoted(hub)} of the location ${quoted(location)}; check the address`;
    throw new OchnoError('OCHNO_VALUE', message);
  }
}

/** Whether an object says that it is of another company, location or hub. */
function isElsewhere(object: unknown, { company, location, hub }: PortAddress): boolean {
  const { items, unusable } = readAtOnce(readPorts([object], company, 0));
  const [port] = items;
  // One that does not name its hub says nothing against it.
  if (port === undefined) return unusable.length === 0;
  return port.hub !== hub || (port.location !== '' && port.location !== location);
}
