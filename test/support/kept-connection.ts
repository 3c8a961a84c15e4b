import type { EventGap } from '../../src/client/events/port-subscriber';
import { Arrivals } from '../../src/client/stream/arrivals';
import { ConnectionKeeper } from '../../src/client/stream/connection-keeper';
import { MissedEvents } from '../../src/client/stream/missed-events';
import { StreamLog } from '../../src/client/stream/stream-log';
import { ClientIds, SessionMemory } from '../../src/client/stream/stream-memory';
import { StreamMeter } from '../../src/protocol/connection/stream-meter';
import { StreamPolicy } from '../../src/protocol/connection/stream-policy';
import { FakeBroker, FakeCredentials } from './fake-broker';
import type { FakeClock } from './fake-clock';
import { LogLines } from './log-lines';

export interface KeptConnectionOptions {
  readonly broker?: FakeBroker;
  readonly credentials?: FakeCredentials;
  /** From before a deploy. */
  readonly memory?: SessionMemory;
  /** Where in its span each pause between attempts ends; the shortest ones if this is missing. */
  readonly random?: () => number;
}

/** A connection to a fake broker that is kept, as a stream has it, and what was heard on it. */
export class KeptConnection {
  readonly broker: FakeBroker;
  readonly credentials: FakeCredentials;
  readonly memory: SessionMemory;
  readonly log = new LogLines();
  readonly keeper: ConnectionKeeper;
  /** What was passed on, in this order; `queued` before what the broker had kept. */
  readonly heard: string[] = [];
  readonly gaps: EventGap[] = [];
  /** The filters that are wanted. */
  plan: readonly string[] = ['ports/#'];
  readonly #missed: MissedEvents;
  readonly #arrivals: Arrivals;
  #ids = 0;

  constructor(clock: FakeClock, options: KeptConnectionOptions = {}) {
    const {
      broker = new FakeBroker(),
      credentials = new FakeCredentials(clock),
      memory = new SessionMemory(),
      random = () => 0,
    } = options;
    this.broker = broker;
    this.credentials = credentials;
    this.memory = memory;
    const notes = memory.stream('stream');
    const policy = notes.policy ?? new StreamPolicy(() => clock.monotonicMs());
    notes.policy = policy;
    const log = new StreamLog(this.log, 'c');
    const receivers = {
      dispatch: (_topic: string, payload: Buffer, queued: boolean): number =>
        this.heard.push(`${queued ? 'queued ' : ''}${payload}`),
      dispatchRetained: () => 0,
      plan: ['#'],
    };
    this.#arrivals = new Arrivals(receivers, clock, () => undefined, memory);
    const ids = new ClientIds('stream', memory, () => this.#nextId());
    const inSession = (): readonly string[] => memory.session(ids.live ?? '')?.filters ?? [];
    this.#missed = new MissedEvents({
      ...{ company: 'c', notes: notes.outage, meter: new StreamMeter(0), clock, log, inSession },
      asked: () => ['#'],
      isLive: (link) => this.keeper.live === link,
      onCaughtUp: () => {
        if (this.keeper.isConnected) this.#arrivals.close();
      },
      onGap: (gap) => this.gaps.push(gap),
    });
    this.keeper = new ConnectionKeeper({
      ...{ dialer: broker, credentials, policy, ids },
      ...{ arrivals: this.#arrivals, missed: this.#missed, memory, leftovers: notes.leftovers },
      ...{ clock, random, log, lane: undefined, plan: () => this.plan },
      ...{ onOpening: nothing, onLive: nothing, onSettled: nothing, onStatus: nothing, onFailure: nothing },
    });
    policy.listen({ log, onFilters: nothing });
  }

  get state(): string {
    return this.keeper.status.state;
  }

  /** What a user reads. */
  get said(): readonly string[] {
    return [...this.log.at('warn'), ...this.log.at('error')];
  }

  publish(text: string, qos = 1): void {
    this.broker.publish('ports/1', text, qos);
  }

  /** Another one each time. */
  #nextId(): number {
    this.#ids += 0.001;
    return this.#ids;
  }

  /** Ends as for a deploy, or for good. */
  async close(clock: FakeClock, keepSession: boolean): Promise<void> {
    if (keepSession) this.#missed.suspend(this.keeper.live);
    const closing = this.keeper.stop(keepSession);
    this.#missed.stop();
    this.#arrivals.stop();
    await clock.advance(3_000);
    await closing;
  }
}

function nothing(): void {
  return;
}
