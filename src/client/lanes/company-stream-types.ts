import type { PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import type { ListedPlace } from '../../protocol/topics/port-split';
import type { HeldSubscription, PortSubscriber } from '../events/port-subscriber';
import type { PortStreamOptions } from '../stream/port-stream';
import type { PublishChannel } from '../stream/publish-channel';
import type { ConnectionStatus, StreamVitals } from '../stream/stream-status';

export interface CompanyStreamOptions extends Omit<PortStreamOptions, 'audience' | 'lane'> {
  /** How many connections may be used, 1–10. */
  readonly connections: number;
  /** Reads the present state of all ports that these select. */
  readonly readSnapshot: (selectors: readonly PortSelector[]) => Promise<Iterable<PortEvent>>;
  /** The hubs that the platform lists; asked for if there is more than one connection. */
  readonly readHubs: () => Promise<readonly ListedPlace[]>;
}

/** The live stream of one company, over as many connections as it may use. */
export interface CompanyStream extends PublishChannel {
  readonly status: ConnectionStatus;
  readonly vitals: StreamVitals;
  /** Begins to connect; after a refused log-in it tries anew. */
  start(): void;
  subscribe(selector: PortSelector, subscriber: PortSubscriber): HeldSubscription;
  /** Resolves when every subscription wanted now has its answer; waits for the connection if there is none. */
  settled(): Promise<void>;
  /**
   * Ends every connection, within a second. With `keepSession` the broker goes on queueing events of QoS 1 for a
   * stream of the same id that comes soon, as after a redeploy.
   */
  close(keepSession: boolean): Promise<void>;
}
