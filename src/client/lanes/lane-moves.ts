import { eventKey } from '../../protocol/stream/event-key';
import { handoverTimes } from '../../protocol/stream/handover-times';
import type { LaneMove } from '../../protocol/topics/lane-plan';
import { filterMatches } from '../../protocol/topics/subscription-plan';
import type { PortStream } from '../stream/port-stream';
import type { PendingMove } from '../stream/stream-memory';
import type { Clock } from '../time/clock';
import { sleep } from '../time/deadline';
import { FilterMove, type MovingStream } from './filter-move';

/** Both connections are there for as long as it takes; that of the credentials of an hour is long enough for any. */
const times = handoverTimes(3_600_000);
const lookAgainMs = 200;
/** Topics are remembered with the move that they are part of. */
const mostTopics = 20_000;
const mostKeptEvents = 20_000;

/** The stream of a connection that filters are moved from or to. */
export type LaneStream = MovingStream & Pick<PortStream, 'owes'>;

/** A connection whose session may be one from before a restart. */
interface RestartedLane {
  /** Its session is subscribed to nothing but what is wanted of it. */
  readonly hasBeenSettled: boolean;
  readonly stream: Pick<PortStream, 'isCatchingUp'>;
}

/** An event as it has come on a connection. */
interface LaneEvent {
  readonly lane: number;
  readonly topic: string;
  readonly payload: Buffer;
  /** The broker may have kept it while there was no connection. */
  readonly queued: boolean;
}

interface RunningMove extends LaneMove {
  readonly events: FilterMove;
  /** The old connection may unsubscribe. */
  isComplete: boolean;
}

interface LaneMovesParts {
  readonly streams: (index: number) => LaneStream;
  /** After a restart: the connections in use, whose sessions may hold what nobody knows of. */
  readonly restarted?: (() => readonly RestartedLane[]) | undefined;
  readonly clock: Clock;
  /** What is wanted on some connection has changed. */
  readonly onChange: () => void;
  /** No move is under way any more. */
  readonly onIdle: () => void;
}

/** The moves of filters from one connection of a company to another, as long as they last. */
export class LaneMoves {
  readonly #parts: LaneMovesParts;
  readonly #running = new Set<RunningMove>();
  #byTopic = new Map<string, RunningMove | undefined>();
  #kept: KeptEvents | undefined;
  readonly #closing = new AbortController();

  constructor(parts: LaneMovesParts) {
    this.#parts = parts;
    if (parts.restarted !== undefined) this.#kept = new KeptEvents(parts.restarted);
  }

  /** Whether an event can come on one connection only, as nearly always. */
  get isIdle(): boolean {
    return this.#running.size === 0 && this.#kept === undefined;
  }

  /** In the form in which they outlive a deploy. */
  get pending(): readonly PendingMove[] {
    return [...this.#running].map(({ events: _, ...move }) => move);
  }

  /** The filters that a connection still needs for what is being moved from it. */
  leaving(lane: number): readonly string[] {
    const moves = [...this.#running].filter(({ from, isComplete }) => from === lane && !isComplete);
    return [...new Set(moves.flatMap(({ leaving }) => leaving))];
  }

  /** Begins a move; the new connection is to subscribe after that. */
  begin(move: PendingMove): void {
    const { streams, clock } = this.#parts;
    const { isComplete = false } = move;
    const events = new FilterMove({ from: streams(move.from), to: streams(move.to), times, clock, isComplete });
    const running = { ...move, events, isComplete };
    this.#running.add(running);
    this.#byTopic = new Map();
    void this.#run(running);
  }

  /** Passes on an event that has come on a connection, at its time and once. Returns to how many it went now. */
  route(event: LaneEvent, deliver: () => number): number {
    const { lane, topic, payload } = event;
    const move = this.#moveOf(topic);
    if (move?.to === lane) return move.events.accept('new', topic, payload, deliver);
    if (move?.from === lane) return move.events.accept('old', topic, payload, deliver);
    if (this.#kept?.isOver) this.#kept = undefined;
    return this.#kept?.isCopy(event) ? 0 : deliver();
  }

  /**
   * Gives up the moves to and from a connection that is done without: what is wanted of it is heard elsewhere, or not yet.
   *
   * @returns those to it
   */
  drop(lane: number): readonly PendingMove[] {
    const { streams } = this.#parts;
    const dropped = [...this.#running].filter(({ from, to }) => from === lane || to === lane);
    for (const move of dropped) {
      const to = streams(move.to);
      // The move that goes on elsewhere knows nothing of what has been passed on.
      if (move.to === lane) streams(move.from).owes(move.events.owed('old'));
      // What the one has brought that is done without the session of the other has kept as well.
      else if (to.isBehind) to.owes(move.events.owed('new'));
      move.events.end();
      this.#running.delete(move);
    }
    this.#byTopic = new Map();
    const toIt = dropped.filter(({ to }) => to === lane);
    return toIt.map(({ events: _, ...move }) => move);
  }

  /** Ends all moves where they are. With `keepSessions` the connections' sessions bring what has not come yet, and that alone. */
  stop(keepSessions: boolean): void {
    const { streams } = this.#parts;
    this.#closing.abort();
    for (const { events, from, to } of this.#running) {
      if (keepSessions) streams(from).owes(events.owed('old'));
      if (keepSessions) streams(to).owes(events.owed('new'));
      events.end(!keepSessions);
    }
    this.#running.clear();
  }

  async #run(move: RunningMove): Promise<void> {
    const { clock, streams, onChange, onIdle } = this.#parts;
    if (!move.isComplete) await move.events.complete();
    if (!this.#running.has(move)) return;
    move.isComplete = true;
    onChange();
    const from = streams(move.from);
    await from.settled(true);
    // If both of its connections are lost, the session that goes on may be subscribed to it still.
    while ((from.isRenewing || this.#isNeeded(move)) && this.#running.has(move)) {
      await sleep(clock, lookAgainMs, this.#closing.signal).catch(() => undefined);
      await from.settled(true);
    }
    await move.events.settle();
    // Stopped or dropped: the connections go on as they are, if they go on.
    if (!this.#running.delete(move)) return;
    const to = streams(move.to);
    // What their sessions hold still the other one has brought: that may take much longer.
    if (from.isBehind) from.owes(move.events.owed('old'));
    if (to.isBehind) to.owes(move.events.owed('new'));
    this.#byTopic = new Map();
    onChange();
    if (this.#running.size === 0) onIdle();
  }

  /** Whether the old connection has to stay subscribed, since of the same filter something else is still being moved. */
  #isNeeded({ from, leaving }: RunningMove): boolean {
    const needed = this.leaving(from);
    return leaving.some((filter) => needed.includes(filter));
  }

  #moveOf(topic: string): RunningMove | undefined {
    if (this.#byTopic.has(topic)) return this.#byTopic.get(topic);
    const matches = (filters: readonly string[]): boolean => filters.some((filter) => filterMatches(filter, topic));
    const move = [...this.#running].find(({ leaving, coming }) => matches(leaving) && matches(coming));
    if (this.#byTopic.size >= mostTopics) this.#byTopic.clear();
    this.#byTopic.set(topic, move);
    return move;
  }
}

/**
 * What comes after a restart. What the sessions of before are subscribed to died with the process that knew it: two of them
 * may have the same filter, if that was being moved, and both have kept what was published. Of equal events as many are passed on
 * as the connection has brought that has brought most of them.
 */
class KeptEvents {
  readonly #lanes: () => readonly RestartedLane[];
  /** By key: how many were passed on, and how many each connection has brought. */
  readonly #events = new Map<string, { passedOn: number; readonly byLane: Map<number, number> }>();

  constructor(lanes: () => readonly RestartedLane[]) {
    this.#lanes = lanes;
  }

  /** Whether all that the sessions of before have kept has come. */
  get isOver(): boolean {
    return this.#lanes().every(({ hasBeenSettled, stream }) => hasBeenSettled && !stream.isCatchingUp);
  }

  /** Whether another connection has brought it already. */
  isCopy({ lane, topic, payload, queued }: LaneEvent): boolean {
    // What has been published since each session has its own filters only comes on one of them.
    if (!queued && this.#lanes().every(({ hasBeenSettled }) => hasBeenSettled)) return false;
    const key = eventKey(topic, payload);
    const event = this.#events.get(key) ?? { passedOn: 0, byLane: new Map() };
    const count = (event.byLane.get(lane) ?? 0) + 1;
    event.byLane.set(lane, count);
    this.#events.set(key, event);
    const [oldest] = this.#events.keys();
    if (this.#events.size > mostKeptEvents && oldest !== undefined) this.#events.delete(oldest);
    if (count <= event.passedOn) return true;
    event.passedOn = count;
    return false;
  }
}
