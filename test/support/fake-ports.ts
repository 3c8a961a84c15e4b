import type { PortFollowing, PortSource } from '../../src/client/commands/lamp-states';
import type { PortAddress } from '../../src/protocol/topics/address';

/** Ports whose events and REST objects are up to the test. */
export class FakePorts implements PortSource {
  /** Every read over REST, in order. */
  readonly reads: PortAddress[] = [];
  /** What a read gives; it may throw. */
  answer: (address: PortAddress) => unknown = () => ({});
  readonly #listeners = new Map<string, Set<(data: unknown) => void>>();
  #ready: Promise<void> = Promise.resolve();
  #releaseReady: () => void = () => undefined;

  /** How many subscriptions there are. */
  get subscriptions(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** From now on subscriptions are not ready until `releaseReady`. */
  holdReady(): void {
    this.#ready = new Promise((resolve) => {
      this.#releaseReady = resolve;
    });
  }

  releaseReady(): void {
    this.#releaseReady();
  }

  /** From now on subscriptions are refused. */
  refuseReady(error: Error): void {
    this.#ready = Promise.reject(error);
    this.#ready.catch(() => undefined);
  }

  subscribe(address: PortAddress, onEvent: (data: unknown) => void): PortFollowing {
    const key = JSON.stringify(address);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(onEvent));
    return { ready: this.#ready, end: () => listeners.delete(onEvent) };
  }

  async readPort(address: PortAddress): Promise<unknown> {
    this.reads.push(address);
    return this.answer(address);
  }

  /** The port says something. */
  event(address: PortAddress, data: unknown): void {
    for (const listener of this.#listeners.get(JSON.stringify(address)) ?? []) listener(data);
  }
}
