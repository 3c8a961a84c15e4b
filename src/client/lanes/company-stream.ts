import type { PortSelector } from '../../protocol/topics/address';
import type { HeldSubscription, PortSubscriber } from '../events/port-subscriber';
import { Subscribers } from '../events/subscribers';
import { PortStream } from '../stream/port-stream';
import type { ConnectionStatus, StreamVitals } from '../stream/stream-status';
import type { CompanyStream, CompanyStreamOptions } from './company-stream-types';
import { laneNotes, lanesIn } from './lane-notes';

export type { CompanyStream } from './company-stream-types';
export { hubSizes } from './hub-loads';

/** The stream of a company. One connection is all there is to it if one is enough, and was before a deploy. */
export function companyStream(options: CompanyStreamOptions): CompanyStream {
  const { connections, memory, streamId } = options;
  if (connections === 1 && lanesIn(laneNotes(memory, streamId)) === 1) {
    delete memory.stream(streamId).lanes;
    return new OneConnection(options);
  }
  const { SeveralConnections } = loadSeveralConnections();
  return new SeveralConnections(options);
}

/** Whom one connection is enough for does not load what spreads filters over more. */
function loadSeveralConnections(): typeof import('./several-connections') {
  return require('./several-connections');
}

class OneConnection implements CompanyStream {
  readonly #subscribers: Subscribers;
  readonly #stream: PortStream;

  constructor(options: CompanyStreamOptions) {
    const { readSnapshot, clock, log } = options;
    this.#subscribers = new Subscribers({
      ...{ readSnapshot, clock, log },
      refusals: () => this.#stream.refusals,
      onPlan: () => this.#stream.planChanged(),
    });
    this.#stream = new PortStream({ ...options, audience: this.#subscribers });
  }

  get status(): ConnectionStatus {
    return this.#stream.status;
  }

  get vitals(): StreamVitals {
    return this.#stream.vitals;
  }

  get isOpen(): boolean {
    return this.#stream.isOpen;
  }

  get problem(): string | undefined {
    return this.#stream.problem;
  }

  start(): void {
    this.#stream.start();
  }

  subscribe(selector: PortSelector, subscriber: PortSubscriber): HeldSubscription {
    return this.#subscribers.add(selector, subscriber);
  }

  settled(): Promise<void> {
    return this.#stream.settled();
  }

  publish(topic: string, payload: string): Promise<void> {
    return this.#stream.publish(topic, payload);
  }

  onOpen(listener: () => void): () => void {
    return this.#stream.onOpen(listener);
  }

  close(keepSession: boolean): Promise<void> {
    const closing = this.#stream.close(keepSession);
    this.#subscribers.close();
    return closing;
  }
}
