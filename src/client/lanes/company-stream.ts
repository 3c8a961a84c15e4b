import type { PortSelector } from '../../protocol/topics/address';
import type { HeldSubscription, PortSubscriber } from '../events/port-subscriber';
import { Subscribers } from '../events/subscribers';
import { PortStream } from '../stream/port-stream';
import type { CompanyStream, CompanyStreamOptions } from './company-stream-types';
import { laneNotes, lanesIn } from './lane-notes';

export type { CompanyStream } from './company-stream-types';

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

/** One connection that brings its events to the subscribers by itself. */
class OneConnection extends PortStream implements CompanyStream {
  readonly #subscribers: Subscribers;

  constructor(options: CompanyStreamOptions) {
    const { readSnapshot, clock, log } = options;
    const subscribers = new Subscribers({
      ...{ readSnapshot, clock, log },
      refusals: () => this.refusals,
      onPlan: () => this.planChanged(),
    });
    super({ ...options, audience: subscribers });
    this.#subscribers = subscribers;
  }

  subscribe(selector: PortSelector, subscriber: PortSubscriber): HeldSubscription {
    return this.#subscribers.add(selector, subscriber);
  }

  override close(keepSession: boolean): Promise<void> {
    const closing = super.close(keepSession);
    this.#subscribers.close();
    return closing;
  }
}
