import type { PortSelector } from '../../protocol/topics/address';
import type { EventGap, HeldSubscription, PortSubscriber } from '../events/port-subscriber';
import { Subscribers } from '../events/subscribers';
import type { Logger } from '../logger';
import { PortStream } from '../stream/port-stream';
import type { LaneNotes } from '../stream/stream-memory';
import { type ConnectionStatus, type StreamVitals, worstStatus } from '../stream/stream-status';
import type { CompanyStream, CompanyStreamOptions } from './company-stream-types';
import { HubLoads } from './hub-loads';
import { JointGaps } from './joint-gaps';
import { Lane } from './lane';
import { laneNotes, lanesIn } from './lane-notes';
import { LaneShares } from './lane-shares';
import { LaneTrials } from './lane-trials';
import { sumOfVitals } from './lane-vitals';
import { ListedHubs } from './listed-hubs';

/** At the start so long is waited for the list: else all would be on one connection first, and then be moved. */
const patienceForHubsMs = 5_000;
/** What moves takes some seconds; what it does for the load shows after that. */
const spreadEveryMs = 60_000;
/** Fewer connections than asked for are said once, when it is known how many. */
const sayFewerMs = 1_000;

/**
 * A company's stream over several connections: what all want is spread over them by disjoint filters, evenly by what
 * they carry. Each is a stream of its own, with its own client ids, session and renewal.
 */
export class SeveralConnections implements CompanyStream {
  readonly #options: CompanyStreamOptions;
  readonly #subscribers: Subscribers;
  readonly #lanes: readonly Lane[];
  readonly #shares: LaneShares;
  readonly #trials: LaneTrials;
  readonly #loads: HubLoads;
  readonly #hubs: ListedHubs;
  readonly #gaps: JointGaps;
  readonly #notes: LaneNotes;
  readonly #timers = new Set<() => void>();
  readonly #openListeners = new Set<() => void>();
  #state: 'new' | 'reading' | 'running' | 'closed' = 'new';
  #spreadAtMs = Number.NEGATIVE_INFINITY;
  #wasRenewing = false;
  #saysFewer = false;

  constructor(options: CompanyStreamOptions) {
    const { company, streamId, connections, readSnapshot, clock, log, memory } = options;
    this.#options = options;
    this.#notes = laneNotes(memory, streamId);
    this.#loads = new HubLoads(company);
    this.#hubs = new ListedHubs({ read: options.readHubs, clock, log, onRead: (isOther) => this.#hubsRead(isOther) });
    this.#gaps = new JointGaps(clock, (gap) => {
      this.#subscribers.gap(gap);
      options.onGap();
    });
    this.#subscribers = new Subscribers({
      ...{ readSnapshot, clock, log },
      refusals: () => new Map(this.#lanes.flatMap(({ stream }) => [...stream.refusals])),
      several: () => ({ connections: this.#usableLanes.length, places: this.#hubs.now }),
      onPlan: () => this.#assign(),
    });
    this.#shares = new LaneShares({
      ...{ notes: this.#notes, loads: this.#loads, clock, filters: () => this.#subscribers.plan },
      lanes: () => this.#lanes,
      usable: () => this.#usableLanes,
      onChange: () => this.#sharesChanged(),
      onIdle: () => this.#assign(),
    });
    this.#trials = new LaneTrials({
      clock,
      first: () => this.#laneAt(0),
      isLeft: ({ index }) => this.#shares.moves.pending.some(({ from }) => from === index),
      onWithout: (lane, problem) => this.#doWithout(lane, problem),
    });
    const host = {
      ...{ subscribers: this.#subscribers, moves: this.#shares.moves, loads: this.#loads },
      gap: (gap: EventGap) => this.#gaps.add(gap),
      opened: (lane: Lane) => this.#laneOpened(lane),
      settled: () => this.#laneSettled(),
      crowded: () => this.#spreadAnew(),
    };
    const count = Math.max(connections, lanesIn(this.#notes));
    this.#lanes = Array.from({ length: count }, (_, index) => {
      const id = index === 0 ? streamId : `${streamId}-${index + 1}`;
      return new Lane(index, host, (audience, isQuiet) => {
        const own = { streamId: id, audience, lane: { index, of: count }, log: quietWhile(isQuiet, options.log) };
        const mayRenew = (): boolean => this.#mayRenew;
        const onStatus = (): void => this.#laneChanged();
        return new PortStream({ ...options, ...own, mayRenew, onStatus, onGap: () => undefined });
      });
    });
  }

  get status(): ConnectionStatus {
    if (this.#state === 'reading') return { state: 'connecting' };
    const [first, ...others] = this.#lanesInUse.map(({ stream }) => stream.status);
    return first === undefined ? { state: 'unused' } : worstStatus(first, ...others);
  }

  get vitals(): StreamVitals {
    return sumOfVitals(
      this.status,
      this.#lanesInUse.map(({ stream }) => stream.vitals),
    );
  }

  get isOpen(): boolean {
    return this.#lanes.some(({ stream }) => stream.isOpen);
  }

  get problem(): string | undefined {
    return this.#laneAt(0).stream.problem;
  }

  start(): void {
    if (this.#state === 'new') void this.#begin();
    else if (this.#state === 'running') for (const lane of this.#lanes) if (lane.hasStarted) lane.start();
  }

  subscribe(selector: PortSelector, subscriber: PortSubscriber): HeldSubscription {
    return this.#subscribers.add(selector, subscriber);
  }

  async settled(): Promise<void> {
    this.#subscribers.planNow();
    await Promise.all(this.#lanesInUse.map((lane) => lane.settled()));
  }

  /** On the connection that has the most room, so that a flood of events does not discard commands. */
  publish(topic: string, payload: string): Promise<void> {
    const open = this.#usableLanes.filter(({ stream }) => stream.isOpen);
    const [first = this.#laneAt(0)] = open.toSorted((one, other) => other.room - one.room);
    return first.publish(topic, payload);
  }

  onOpen(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  async close(keepSession: boolean): Promise<void> {
    this.#state = 'closed';
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#trials.stop();
    this.#hubs.stop();
    this.#shares.stop(keepSession);
    this.#gaps.flush();
    const closing = this.#lanes.map(({ stream }) => stream.close(keepSession));
    this.#subscribers.close();
    await Promise.all(closing);
  }

  async #begin(): Promise<void> {
    this.#state = 'reading';
    this.#options.onStatus();
    const patience = new Promise<void>((resolve) => this.#after(patienceForHubsMs, resolve));
    await Promise.race([this.#hubs.read(), patience]);
    if (this.#state !== 'reading') return;
    this.#state = 'running';
    this.#shares.resume();
    // Connections that a deploy added are of use at once.
    if (this.#usableLanes.length > lanesIn(this.#notes)) this.#shares.evenOut();
    this.#subscribers.planNow();
    this.#assign();
    this.#laneAt(0).start();
  }

  /** The connections may also carry other amounts than they were expected to. */
  #hubsRead(isOther: boolean): void {
    this.#loads.listed(this.#hubs.now);
    this.#loads.fade();
    if (this.#state === 'running') this.#shares.evenOut();
    if (isOther) this.#subscribers.replan();
    else this.#assign();
  }

  /** One connection carries too much: others may have room. */
  #spreadAnew(): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#spreadAtMs < spreadEveryMs) return;
    this.#spreadAtMs = nowMs;
    this.#shares.evenOut();
    this.#assign();
  }

  #assign(): void {
    if (this.#state === 'running') this.#shares.assign();
  }

  #sharesChanged(): void {
    const { pending } = this.#shares.moves;
    const usable = this.#usableLanes;
    for (const lane of this.#lanes) {
      const isNeeded = lane.plan.length > 0 || pending.some(({ from }) => from === lane.index);
      if (lane.hasStarted && !lane.isExcluded && !isNeeded && !usable.includes(lane)) lane.rest();
    }
    this.#startLanes();
  }

  /** The first connection tells whether there can be others. */
  #startLanes(): void {
    if (!this.#laneAt(0).stream.isOpen) return;
    for (const lane of [...this.#usableLanes, ...this.#formerLanes]) {
      if (lane.hasStarted || lane.plan.length === 0) continue;
      lane.start();
      if (lane.index < this.#options.connections) this.#trials.watch(lane);
    }
  }

  #doWithout(lane: Lane, problem: string): void {
    const { company, connections, log } = this.#options;
    // Those that were started together are done without together.
    if (!this.#saysFewer) {
      this.#saysFewer = true;
      this.#after(sayFewerMs, () => {
        this.#saysFewer = false;
        log.warn(
          `the stream of company ${company} gets ${this.#usableLanes.length} of ${connections} connections (${problem}); what was meant for the others is on these`,
        );
      });
    }
    if (lane.isBlank) this.#shares.redirect(lane);
    this.#subscribers.replan();
    this.#laneSettled();
  }

  #laneOpened(lane: Lane): void {
    const wasExcluded = lane.isExcluded;
    if (!this.#trials.opened(lane)) return;
    if (wasExcluded || lane.index === 0) this.#subscribers.replan();
    this.#startLanes();
    for (const listener of [...this.#openListeners]) listener();
  }

  /** Something of a connection's state is another. */
  #laneChanged(): void {
    if (this.#state === 'closed') return;
    const isRenewing = this.#laneAt(0).stream.isRenewing;
    if (isRenewing && !this.#wasRenewing) void this.#hubs.read();
    this.#wasRenewing = isRenewing;
    if (this.#mayRenew) for (const { stream } of this.#lanes) stream.catchUp();
    this.#options.onStatus();
  }

  /** Their renewals are spread over time; if they meet all the same, one of them waits. */
  get #mayRenew(): boolean {
    const renewing = this.#lanes.filter(({ stream }) => stream.isRenewing).length;
    return renewing < Math.max(1, this.#lanesInUse.length - 1);
  }

  /** Snapshots are read once no change can be missed on any of the connections. */
  #laneSettled(): void {
    if (this.#lanesInUse.every(({ isServing, plan }) => isServing || plan.length === 0))
      void this.#subscribers.subscribed();
  }

  /** As many as there is something for, if there may be more than one. */
  get #usableLanes(): readonly Lane[] {
    const [first] = this.#lanes;
    if (first?.stream.isAlone) return [first];
    return this.#lanes.filter(({ index, isExcluded }) => index < this.#options.connections && !isExcluded);
  }

  /** There were more before a deploy: these bring what their sessions hold, until all is moved to the others. */
  get #formerLanes(): readonly Lane[] {
    return this.#lanes.slice(this.#options.connections);
  }

  get #lanesInUse(): readonly Lane[] {
    return this.#usableLanes.filter(({ index, plan }) => index === 0 || plan.length > 0);
  }

  #laneAt(index: number): Lane {
    const lane = this.#lanes[index];
    if (lane === undefined) throw new RangeError(`there is no connection ${index}`);
    return lane;
  }

  #after(delayMs: number, action: () => void): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      action();
    });
    this.#timers.add(cancel);
  }
}

function quietWhile(isQuiet: () => boolean, log: Logger): Logger {
  return {
    info: (message) => log.info(message),
    warn: (message) => (isQuiet() ? log.debug(message) : log.warn(message)),
    error: (message) => log.error(message),
    debug: (message) => log.debug(message),
  };
}
