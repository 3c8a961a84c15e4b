import type { PortSelector } from '../../protocol/topics/address';
import { HubLoads } from '../../protocol/topics/hub-loads';
import type { EventGap, HeldSubscription, PortSubscriber } from '../events/port-subscriber';
import { Subscribers } from '../events/subscribers';
import type { LaneNotes } from '../stream/stream-memory';
import { type ConnectionStatus, type StreamVitals, worstStatus } from '../stream/stream-status';
import type { CompanyStream, CompanyStreamOptions } from './company-stream-types';
import { ConnectionCount } from './connection-count';
import { JointGaps } from './joint-gaps';
import { JointLog } from './joint-log';
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

/**
 * A company's stream over several connections: what all want is spread over them by disjoint filters, evenly by what
 * they carry. Each is a stream of its own, with its own client ids, session and renewal.
 */
export class SeveralConnections implements CompanyStream {
  readonly #options: CompanyStreamOptions;
  readonly #subscribers: Subscribers;
  readonly #lanes: readonly Lane[];
  readonly #shares: LaneShares;
  readonly #trials: LaneTrials<Lane>;
  readonly #loads: HubLoads;
  readonly #hubs: ListedHubs;
  readonly #gaps: JointGaps;
  readonly #log: JointLog;
  readonly #count: ConnectionCount;
  readonly #notes: LaneNotes;
  #cancelPatience: () => void = () => undefined;
  readonly #openListeners = new Set<() => void>();
  #state: 'new' | 'reading' | 'running' | 'closed' = 'new';
  #spreadAtMs = Number.NEGATIVE_INFINITY;
  #wasRenewing = false;

  constructor(options: CompanyStreamOptions) {
    const { company, streamId, connections, readSnapshot, clock, log, memory } = options;
    this.#options = options;
    this.#notes = laneNotes(memory, streamId);
    this.#loads = new HubLoads(company);
    const onRead = (isOther: boolean): void => this.#hubsRead(isOther);
    this.#hubs = new ListedHubs({ notes: this.#notes, read: options.readHubs, clock, log, onRead });
    this.#loads.listed(this.#hubs.now);
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
      ...{ clock, connections, lanes: () => this.#lanes, usable: () => this.#usableLanes },
      onWithout: (lanes, problem) => this.#doWithout(lanes, problem),
      onAgain: (lane) => this.#useAgain(lane),
    });
    this.#count = new ConnectionCount({
      ...{ company, connections, notes: this.#notes, clock, log },
      count: () => this.#usableLanes.length,
      settled: () => this.settled(),
      onMissing: (fromMs, toMs) => this.#leading.stream.missed(fromMs, toMs),
    });
    this.#log = new JointLog({ company, clock, log, lanes: () => this.#lanesInUse });
    const host = {
      ...{ subscribers: this.#subscribers, moves: this.#shares.moves, loads: this.#loads, trials: this.#trials },
      log: this.#log,
      gap: (gap: EventGap) => this.#gaps.add(gap),
      changed: (lane: Lane) => this.#laneChanged(lane),
      opened: (lane: Lane) => this.#laneOpened(lane),
      settled: () => this.#laneSettled(),
      crowded: () => this.#spreadAnew(),
    };
    const count = Math.max(connections, lanesIn(this.#notes));
    const { sessionGrants } = this.#notes;
    const all = { of: count, filters: () => this.#subscribers.plan, mayRenew: () => this.#mayRenew, sessionGrants };
    this.#lanes = Array.from({ length: count }, (_, index) => {
      const id = index === 0 ? streamId : `${streamId}-${index + 1}`;
      const lane = {
        index,
        ...all,
        grantedElsewhere: () => this.#lanes.find((other) => other.index !== index && other.granted)?.granted,
        takesOver: () => this.#shares.moves.pending.some(({ to }) => to === index),
      };
      return new Lane(index, host, { ...options, streamId: id, lane, onGap: () => undefined });
    });
  }

  get status(): ConnectionStatus {
    if (this.#state === 'reading') return { state: 'connecting' };
    const [first, ...others] = this.#lanesInUse.map(({ stream }) => stream.status);
    return first === undefined ? { state: 'unused' } : worstStatus(first, ...others);
  }

  get vitals(): StreamVitals {
    const vitals = this.#lanesInUse.map(({ stream }) => stream.vitals);
    return sumOfVitals(this.status, vitals);
  }

  get isOpen(): boolean {
    return this.#lanes.some(({ stream }) => stream.isOpen);
  }

  get problem(): string | undefined {
    return this.#leading.stream.problem;
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
    await Promise.all(this.#lanesInUse.map(({ stream }) => stream.settled()));
  }

  /** On the connection that has the most room, so that a flood of events does not discard commands. */
  publish(topic: string, payload: string): Promise<void> {
    const open = this.#usableLanes.filter(({ stream }) => stream.isOpen);
    const [first = this.#leading] = open.toSorted((one, other) => other.stream.room - one.stream.room);
    return first.stream.publish(topic, payload);
  }

  hurry(): void {
    for (const { stream } of this.#lanesInUse) stream.hurry();
  }

  onOpen(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  async close(keepSession: boolean): Promise<void> {
    this.#state = 'closed';
    this.#cancelPatience();
    this.#trials.stop();
    this.#count.stop();
    this.#hubs.stop();
    this.#shares.stop(keepSession);
    this.#gaps.flush();
    this.#log.flush();
    const closing = this.#lanes.map(({ stream }) => stream.close(keepSession));
    this.#subscribers.close();
    await Promise.all(closing);
  }

  async #begin(): Promise<void> {
    this.#state = 'reading';
    this.#options.onStatus();
    const patience = new Promise<void>((resolve) => {
      this.#cancelPatience = this.#options.clock.after(patienceForHubsMs, resolve);
    });
    await Promise.race([this.#hubs.read(), patience]);
    this.#cancelPatience();
    if (this.#state !== 'reading') return;
    this.#state = 'running';
    this.#shares.resume();
    // Connections that a deploy added are of use at once.
    if (this.#usableLanes.length > lanesIn(this.#notes)) this.#shares.evenOut();
    this.#subscribers.planNow();
    this.#assign();
    this.#leading.start();
    this.#count.resume();
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
    if (this.#state !== 'running') return;
    this.#shares.assign();
    // Whoever has come may want nothing that is not subscribed.
    this.#laneSettled();
  }

  #sharesChanged(): void {
    const usable = this.#usableLanes;
    for (const lane of this.#lanes) {
      if (lane.hasStarted && !lane.isExcluded && !usable.includes(lane) && !this.#shares.needs(lane)) lane.rest();
    }
    this.#startLanes();
  }

  /** The first one tells whether there can be others. */
  #startLanes(): void {
    if (!this.isOpen) return;
    for (const lane of [...this.#usableLanes, ...this.#formerLanes]) {
      if (!lane.hasStarted && this.#shares.needs(lane)) lane.start();
    }
  }

  /** What was meant for these is for the others. What the broker keeps for them is not waited for: events are missing. */
  #doWithout(lanes: readonly Lane[], problem: string): void {
    const missing = lanes.map((lane) => lane.abandon()).filter((sinceMs) => sinceMs !== undefined);
    for (const lane of lanes) this.#shares.redirect(lane);
    this.#subscribers.replan();
    this.#count.fewer(missing, problem);
    this.#laneSettled();
  }

  /** One that was done without is there again. */
  #useAgain(lane: Lane): void {
    this.#shares.evenOut();
    this.#subscribers.replan();
    this.#count.more();
    this.#laneOpened(lane);
  }

  #laneOpened(lane: Lane): void {
    if (!this.#trials.opened(lane)) return;
    if (lane.hasPrescribedId) this.#count.prescribed();
    if (lane.index === 0) this.#subscribers.replan();
    this.#startLanes();
    for (const listener of [...this.#openListeners]) listener();
  }

  /** Something of a connection's state is another. */
  #laneChanged(lane: Lane): void {
    if (this.#state === 'closed') return;
    this.#trials.changed(lane);
    const isRenewing = this.#leading.stream.isRenewing;
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

  /** Those that filters may be on. Where one is known to be alone, none is begun beside it. */
  get #usableLanes(): readonly Lane[] {
    const usable = this.#lanes.filter(({ index, isExcluded }) => index < this.#options.connections && !isExcluded);
    return usable.some(({ stream }) => stream.isAlone) ? usable.filter(({ isBlank }) => !isBlank) : usable;
  }

  /** There were more before a deploy: these bring what their sessions hold, until all is moved to the others. */
  get #formerLanes(): readonly Lane[] {
    return this.#lanes.slice(this.#options.connections);
  }

  get #lanesInUse(): readonly Lane[] {
    const usable = this.#usableLanes;
    const inUse = usable.filter(({ plan }) => plan.length > 0);
    return inUse.length > 0 ? inUse : usable.slice(0, 1);
  }

  /** The first of them. */
  get #leading(): Lane {
    const leading = this.#lanesInUse[0] ?? this.#lanes[0];
    if (leading === undefined) throw new RangeError('a company has at least one connection');
    return leading;
  }
}
