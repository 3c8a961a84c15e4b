import type { HubLoads } from '../../protocol/topics/hub-loads';
import type { EventGap } from '../events/port-subscriber';
import type { Subscribers } from '../events/subscribers';
import { PortStream, type PortStreamOptions, type StreamAudience } from '../stream/port-stream';
import type { JointLog } from './joint-log';
import type { LaneMoves } from './lane-moves';
import type { LaneTrials } from './lane-trials';

/** What a lane asks and tells the stream of the whole company. */
interface LaneHost {
  readonly subscribers: Subscribers;
  readonly moves: LaneMoves;
  readonly loads: HubLoads;
  readonly trials: LaneTrials<Lane>;
  readonly log: JointLog;
  gap(gap: EventGap): void;
  /** Something of its state is another. */
  changed(lane: Lane): void;
  /** One of the lanes has a connection, the first one or another. */
  opened(lane: Lane): void;
  /** One of the lanes has all its subscriptions. */
  settled(): void;
  /** So much comes on one of the lanes that AWS will soon discard some. */
  crowded(): void;
}

/** What a lane's stream is made of; the rest is the lane's own. */
type SharedStreamOptions = Omit<PortStreamOptions, 'audience' | 'log' | 'onStatus' | 'onFailure'>;

/** How often it is looked whether there is room, and how little of the 500 is little. */
const eventsPerLook = 64;
const littleRoom = 250;

/** One of a company's connections: a stream of its own, which serves its share of what all want. */
export class Lane implements StreamAudience {
  readonly index: number;
  readonly #host: LaneHost;
  readonly #shared: SharedStreamOptions;
  #stream: PortStream;
  #events = 0;
  plan: readonly string[] = [];
  /** Whether the broker has answered all subscriptions, now and at some time. */
  #isSettled = false;
  #hasBeenSettled = false;
  #hasStarted = false;
  /** There will be a connection: it has brought nothing yet. */
  #isNew = false;
  /** It can't be connected, though another one is. */
  isExcluded = false;

  constructor(index: number, host: LaneHost, shared: SharedStreamOptions) {
    this.index = index;
    this.#host = host;
    this.#shared = shared;
    this.#stream = this.#newStream();
  }

  get stream(): PortStream {
    return this.#stream;
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Whether there is no connection, nor one that was closed to be renewed. */
  get isDown(): boolean {
    return !this.#stream.isOpen && !this.#stream.isRenewing;
  }

  /** Whether the broker has answered all subscriptions at some time: then nothing else is subscribed from before. */
  get hasBeenSettled(): boolean {
    return this.#hasBeenSettled;
  }

  /** Whether what is wanted is subscribed, or will be caught up with. */
  get isServing(): boolean {
    return this.#isSettled || (this.#hasBeenSettled && !this.#stream.isOpen);
  }

  /** A filter that the broker has granted on the connection that is there. */
  get granted(): string | undefined {
    return this.#isSettled && this.#stream.isOpen ? this.plan[0] : undefined;
  }

  /** Whether the session that goes on if every connection ends is subscribed to this. */
  isSubscribedTo(filter: string): boolean {
    return this.#stream.sessionFilters.includes(filter);
  }

  /** Whether there can be no second connection for no reason of the policy, which is told by itself. */
  get hasPrescribedId(): boolean {
    return this.#stream.isAlone && this.#stream.vitals.policy.secondConnection;
  }

  /** Whether nothing can be on its way to us by it: there is no connection, and the broker has kept nothing. */
  get isBlank(): boolean {
    return !this.#hasStarted && this.#stream.holdsNothing;
  }

  start(): void {
    this.#hasStarted = true;
    this.#stream.start();
  }

  /** Has no connection any more, and tries to have none until it is started again. */
  rest(): void {
    void this.#stream.close(false);
    this.#hasStarted = false;
    this.#isSettled = false;
    this.#hasBeenSettled = false;
    this.#stream = this.#newStream();
  }

  /** Rests, and gives up what the broker keeps for it. Returns since when events are missing by that; see `PortStream.leaveSession`. */
  abandon(): number | undefined {
    const sinceMs = this.#stream.leaveSession();
    this.rest();
    return sinceMs;
  }

  /** From now on these filters are wanted. */
  want(plan: readonly string[]): void {
    const isSame = plan.length === this.plan.length && plan.every((filter) => this.plan.includes(filter));
    if (isSame) return;
    this.plan = plan;
    this.#isSettled = false;
    this.#stream.planChanged();
  }

  planNow(): readonly string[] {
    this.#host.subscribers.planNow();
    return this.plan;
  }

  get asked(): readonly string[] {
    return this.#host.subscribers.asked;
  }

  replan(): void {
    this.#host.subscribers.replan();
  }

  dispatch(topic: string, payload: Buffer, queued: boolean): number {
    const { subscribers, moves, loads } = this.#host;
    if (this.#isNew) this.#awaitSnapshots();
    this.#events += 1;
    if (this.#events % eventsPerLook === 0 && this.#stream.room < littleRoom) this.#host.crowded();
    loads.event(topic);
    if (moves.isIdle) return subscribers.dispatch(topic, payload, queued);
    const deliver = (): number => subscribers.dispatch(topic, payload, queued);
    return moves.route({ lane: this.index, topic, payload, queued }, deliver);
  }

  dispatchRetained(topic: string, payload: Buffer): number {
    if (this.#isNew) this.#awaitSnapshots();
    return this.#host.subscribers.dispatchRetained(topic, payload);
  }

  gap(gap: EventGap): void {
    this.#host.gap(gap);
  }

  /** What the other connections bring need not wait for a snapshot before it is known that there will be one. */
  awaitSnapshots(): void {
    this.#isSettled = false;
    this.#isNew = true;
    this.#host.trials.trying(this);
  }

  subscribed(): void {
    if (this.#isNew) this.#awaitSnapshots();
    this.#isSettled = true;
    this.#hasBeenSettled = true;
    this.#host.settled();
  }

  #awaitSnapshots(): void {
    this.#isNew = false;
    // What is moved to one that was done without has been heard all the time.
    if (!this.isExcluded) this.#host.subscribers.awaitSnapshots();
  }

  #newStream(): PortStream {
    const { log, trials } = this.#host;
    // That it can't be connected is said for all that can't.
    const isQuiet = (): boolean => this.isExcluded || (this.index > 0 && !this.#hasBeenSettled);
    const stream = new PortStream({
      ...this.#shared,
      audience: this,
      log: log.of(this.index, isQuiet),
      onStatus: () => this.#host.changed(this),
      onFailure: (failure) => trials.failed(this, failure),
    });
    stream.onOpen(() => this.#host.opened(this));
    return stream;
  }
}
