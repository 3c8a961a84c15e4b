import { fillPath } from '../protocol/rest/path-rules';
import type { PortAddress, PortSelector } from '../protocol/topics/address';
import type { PortFollowing, PortSource } from './commands/lamp-states';
import type { PortSubscriber } from './events/port-subscriber';
import type { RestRequest, RestResponse } from './rest/rest-client';

export interface AccountPortsParts {
  subscribe(selector: PortSelector, subscriber: PortSubscriber): () => void;
  /** Resolves when every subscription of the company wanted now has its answer. */
  settled(company: string): Promise<void>;
  request(request: RestRequest): Promise<RestResponse>;
}

/** Single ports of an account, as those who send commands need them: their events and their present state. */
export class AccountPorts implements PortSource {
  readonly #parts: AccountPortsParts;

  constructor(parts: AccountPortsParts) {
    this.#parts = parts;
  }

  subscribe(address: PortAddress, onEvent: (data: unknown) => void): PortFollowing {
    const { company, location, hub, port } = address;
    let end: () => void = () => undefined;
    const refused = new Promise<never>((_resolve, reject) => {
      end = this.#parts.subscribe(
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
    const ready = Promise.race([this.#parts.settled(company), refused]);
    ready.catch(() => undefined);
    return { ready, end };
  }

  async readPort(address: PortAddress, limits: { timeoutMs: number; signal: AbortSignal }): Promise<unknown> {
    const path = fillPath('/api/ports/{port}', { port: address.port });
    const { body } = await this.#parts.request({ method: 'GET', path, ...limits });
    return body;
  }
}
