import { type PortAddress, portTopic } from '../../../src/protocol/topics/address';
import type { Account } from '../account/shared-account';

/** Shows the state of these companies' streams from now on. */
type Show = (companies: readonly string[]) => void;

/** The streams a sending node keeps open and shows, and the ports whose last event it keeps at hand, each from its first use on. */
export class KeptStreams {
  readonly #account: Account;
  readonly #show: Show;
  readonly #companies = new Map<string, () => void>();
  readonly #ports = new Map<string, () => void>();
  #ended = false;

  constructor(account: Account, show: Show) {
    this.#account = account;
    this.#show = show;
  }

  /** Begins with a company's stream, or where messages have to say which company, with none. */
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
