import type { PortSelector } from '../../protocol/topics/address';
import { filtersOverlap } from '../../protocol/topics/filter-overlap';
import { movesBetween, planLanes } from '../../protocol/topics/lane-plan';
import type { EventGap, HeldSubscription, PortSubscriber } from '../events/port-subscriber';
import { Subscribers } from '../events/subscribers';
import { PortStream } from '../stream/port-stream';
import type { LaneNotes } from '../stream/stream-memory';
import { type ConnectionStatus, type StreamVitals, worstStatus } from '../stream/stream-status';
import type { CompanyStream, CompanyStreamOptions } from './company-stream-types';
import { HubLoads } from './hub-loads';
import { JointGaps } from './joint-gaps';
import { Lane } from './lane';
import { LaneMoves } from './lane-moves';
import { laneNotes, lanesIn } from './lane-notes';
import { sumOfVitals } from './lane-vitals';
import { ListedHubs } from './listed-hubs';

/** At the start so long is waited for the list: else all would be on one connection first, and then be moved. */
const patienceForHubsMs = 5_000;
/** A connection that was not to be had for so long beside another one is done without. */
const patienceForLaneMs = 30_000;
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
  readonly #moves: LaneMoves;
  readonly #loads: HubLoads;
  readonly #hubs: ListedHubs;
  readonly #gaps: JointGaps;
  readonly #notes: LaneNotes;
  readonly #timers = new Set<() => void>();
  #state: 'new' | 'reading' | 'running' | 'closed' = 'new';
  #isStale = false;
  #spreadAtMs = Number.NEGATIVE_INFINITY;
  #mayMove = false;
  #wasRenewing = false;

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
    this.#moves = new LaneMoves({
      clock,
      lanes: (index) => this.#laneAt(index),
      onChange: () => this.#tellLanes(),
      onIdle: () => {
        if (this.#isStale) this.#assign();
      },
    });
    const host = {
      ...{ subscribers: this.#subscribers, moves: this.#moves, loads: this.#loads },
      gap: (gap: EventGap) => this.#gaps.add(gap),
      settled: () => this.#laneSettled(),
      crowded: () => this.#spreadAnew(),
    };
    const count = Math.max(connections, lanesIn(this.#notes));
    this.#lanes = Array.from({ length: count }, (_, index) => {
      const id = index === 0 ? streamId : `${streamId}-${index + 1}`;
      return new Lane(index, host, (audience) => {
        const lane = { index, of: count };
        const mayRenew = (): boolean => this.#mayRenew;
        const onStatus = (): void => this.#laneChanged();
        return new PortStream({ ...options, streamId: id, audience, lane, mayRenew, onStatus, onGap: () => undefined });
      });
    });
    for (const lane of this.#lanes) lane.stream.onOpen(() => this.#laneOpened(lane));
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
    const undo = this.#lanes.map(({ stream }) => stream.onOpen(listener));
    return () => {
      for (const end of undo) end();
    };
  }

  async close(keepSession: boolean): Promise<void> {
    this.#state = 'closed';
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#hubs.stop();
    if (keepSession) this.#notes.moves = this.#moves.pending;
    else Object.assign(this.#notes, { present: new Map(), moves: [] });
    this.#moves.stop(keepSession);
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
    for (const move of this.#notes.moves) this.#moves.begin(move);
    this.#subscribers.planNow();
    this.#assign();
    this.#laneAt(0).start();
  }

  /** The connections may also carry other amounts than they were expected to. */
  #hubsRead(isOther: boolean): void {
    this.#loads.listed(this.#hubs.now);
    this.#loads.fade();
    this.#mayMove = this.#state === 'running';
    if (isOther) this.#subscribers.replan();
    else this.#assign();
  }

  /** One connection carries too much: others may have room. */
  #spreadAnew(): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#spreadAtMs < spreadEveryMs) return;
    this.#spreadAtMs = nowMs;
    this.#mayMove = true;
    this.#assign();
  }

  /** Gives each filter its connection. */
  #assign(): void {
    if (this.#state !== 'running') return;
    const { present } = this.#notes;
    const lanes = this.#usableLanes.map(({ index }) => index);
    const question = { filters: this.#subscribers.plan, lanes, present, mayMove: this.#mayMove };
    const next = planLanes({ ...question, weightOf: (filter) => this.#loads.weightOf(filter) });
    const moves = movesBetween(present, next);
    const { pending } = this.#moves;
    const isInTheWay = ([filter, lane]: readonly [string, number]): boolean =>
      present.get(filter) !== lane &&
      pending.some(({ leaving, coming }) => [...leaving, ...coming].some((other) => filtersOverlap(other, filter)));
    // One change at a time: what moves already gets where it goes first.
    this.#isStale = pending.length > 0 && (moves.length > 0 || [...next].some(isInTheWay));
    if (this.#isStale) return;
    this.#mayMove = false;
    this.#notes.present = next;
    for (const move of moves) this.#moves.begin(move);
    this.#tellLanes();
    this.#startLanes();
  }

  /** Tells each connection its share, with what it still has to have for a move from it. */
  #tellLanes(): void {
    for (const lane of this.#lanes) {
      const leaving = this.#moves.leaving(lane.index);
      const own = [...this.#notes.present].filter(([, index]) => index === lane.index).map(([filter]) => filter);
      const undisturbed = own.filter((filter) => !leaving.some((other) => filtersOverlap(other, filter)));
      lane.want([...undisturbed, ...leaving.filter((filter) => !undisturbed.includes(filter))]);
    }
    const isNeeded = ({ index, plan }: Lane): boolean =>
      plan.length > 0 || this.#moves.pending.some(({ from }) => from === index);
    for (const lane of this.#formerLanes) if (!isNeeded(lane)) void lane.stream.close(false);
  }

  /** The first connection tells whether there can be others. */
  #startLanes(): void {
    if (!this.#laneAt(0).stream.isOpen) return;
    for (const lane of [...this.#usableLanes, ...this.#formerLanes]) {
      if (lane.hasStarted || lane.plan.length === 0) continue;
      lane.start();
      if (lane.index < this.#options.connections) this.#after(patienceForLaneMs, () => this.#doWithout(lane));
    }
  }

  #doWithout(lane: Lane): void {
    if (lane.hasBeenOpen || lane.stream.isOpen || !this.#laneAt(0).stream.isOpen) return;
    lane.isExcluded = true;
    const used = this.#usableLanes.length;
    this.#options.log.warn(
      `the stream of company ${this.#options.company} gets ${used} of ${this.#options.connections} connections (${lane.stream.problem ?? 'the next one is not opened'}); what was meant for the others is on these`,
    );
    this.#subscribers.replan();
    this.#laneSettled();
  }

  #laneOpened(lane: Lane): void {
    const wasExcluded = lane.isExcluded;
    lane.isExcluded = false;
    if (wasExcluded || lane.index === 0) this.#subscribers.replan();
    this.#startLanes();
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
