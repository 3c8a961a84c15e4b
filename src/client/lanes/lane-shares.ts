import { filtersOverlap } from '../../protocol/topics/filter-overlap';
import type { HubLoads } from '../../protocol/topics/hub-loads';
import { movesBetween, planLanes } from '../../protocol/topics/lane-plan';
import type { LaneNotes } from '../stream/stream-memory';
import type { Clock } from '../time/clock';
import type { Lane } from './lane';
import { LaneMoves } from './lane-moves';

interface LaneSharesParts {
  readonly notes: LaneNotes;
  readonly loads: HubLoads;
  readonly clock: Clock;
  /** The filters wanted, as worked out last. */
  readonly filters: () => readonly string[];
  /** By their numbers; also those that there only were before a deploy. */
  readonly lanes: () => readonly Lane[];
  /** Those that filters may be on. */
  readonly usable: () => readonly Lane[];
  /** What is wanted of some connection has changed. */
  readonly onChange: () => void;
  /** What had to wait for a move can be done: `assign` is to be called. */
  readonly onIdle: () => void;
}

/** Which of a company's connections each filter is on, and how it goes from one to another. */
export class LaneShares {
  readonly moves: LaneMoves;
  readonly #parts: LaneSharesParts;
  #isStale = false;
  #mayMove = false;

  constructor(parts: LaneSharesParts) {
    this.#parts = parts;
    this.moves = new LaneMoves({
      clock: parts.clock,
      streams: (index) => this.#laneAt(index).stream,
      restarted: parts.notes.present.size > 0 ? undefined : () => parts.usable().filter(({ plan }) => plan.length > 0),
      onChange: () => this.#tell(),
      onIdle: () => {
        if (this.#isStale) parts.onIdle();
      },
    });
  }

  /** Goes on with the moves that a deploy interrupted; until they are over each connection has what it had. */
  resume(): void {
    const { moves } = this.#parts.notes;
    for (const move of moves) this.moves.begin(move);
    if (moves.length > 0) this.#tell();
  }

  /** The connections carry other amounts than they were expected to: the next `assign` may move what stays wanted. */
  evenOut(): void {
    this.#mayMove = true;
  }

  /** Gives each filter its connection. */
  assign(): void {
    const { filters, notes } = this.#parts;
    const { present } = notes;
    const next = this.#planOf(filters(), present);
    // What has been on none yet only comes.
    const moves = movesBetween(present, next).filter(({ from }) => !this.#laneAt(from).isBlank);
    const { pending } = this.moves;
    const isInTheWay = ([filter, lane]: readonly [string, number]): boolean =>
      present.get(filter) !== lane &&
      pending.some(({ leaving, coming }) => [...leaving, ...coming].some((other) => filtersOverlap(other, filter)));
    // One change at a time: what moves already gets where it goes first.
    this.#isStale = pending.length > 0 && (moves.length > 0 || [...next].some(isInTheWay));
    if (this.#isStale) return;
    this.#mayMove = false;
    notes.present = next;
    for (const move of moves) this.moves.begin(move);
    this.#tell();
  }

  /** Whether a connection has to be there: something is wanted of it, or its session has still to be rid of what was moved from it. */
  needs({ index, plan }: Lane): boolean {
    return plan.length > 0 || this.moves.pending.some(({ from }) => from === index);
  }

  /** What was meant for a connection that is done without is for the others; a move to it goes on to them. */
  redirect({ index }: Lane): void {
    const { notes } = this.#parts;
    const dropped = this.moves.drop(index);
    const others = new Map([...notes.present].filter(([, lane]) => lane !== index));
    const next = this.#planOf([...notes.present.keys()], others);
    notes.present = next;
    for (const { coming, isComplete, ...move } of dropped) {
      // Once it was complete the one may have unsubscribed, and has nothing to hand over.
      const leaving = move.leaving.filter((filter) => !isComplete || this.#laneAt(move.from).isSubscribedTo(filter));
      if (leaving.length === 0) continue;
      for (const to of new Set(coming.map((filter) => next.get(filter)))) {
        // On one connection it is a change of what is subscribed there.
        if (to === undefined || to === move.from) continue;
        this.moves.begin({ ...move, leaving, to, coming: coming.filter((filter) => next.get(filter) === to) });
      }
    }
    this.#tell();
  }

  /** Ends all moves where they are; with `keepSessions` they are noted, to go on after a deploy. */
  stop(keepSessions: boolean): void {
    const { notes } = this.#parts;
    if (keepSessions) notes.moves = this.moves.pending;
    else Object.assign(notes, { present: new Map(), moves: [], hubs: [] });
    this.moves.stop(keepSessions);
  }

  #planOf(filters: readonly string[], present: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const { loads, usable } = this.#parts;
    const lanes = usable().map(({ index }) => index);
    const weightOf = (filter: string): number => loads.weightOf(filter);
    return planLanes({ filters, lanes, present, mayMove: this.#mayMove, weightOf });
  }

  /** Tells each connection its share, with what it still has to have for a move from it. */
  #tell(): void {
    const { lanes, notes, onChange } = this.#parts;
    for (const lane of lanes()) {
      const leaving = this.moves.leaving(lane.index);
      const own = [...notes.present].filter(([, index]) => index === lane.index).map(([filter]) => filter);
      const undisturbed = own.filter((filter) => !leaving.some((other) => filtersOverlap(other, filter)));
      lane.want([...undisturbed, ...leaving.filter((filter) => !undisturbed.includes(filter))]);
    }
    onChange();
  }

  #laneAt(index: number): Lane {
    const lane = this.#parts.lanes()[index];
    if (lane === undefined) throw new RangeError(`there is no connection ${index}`);
    return lane;
  }
}
