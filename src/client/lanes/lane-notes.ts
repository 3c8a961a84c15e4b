import type { LaneNotes, SessionMemory } from '../stream/stream-memory';

/**
 * Which connection each filter of a company is on, to be written in; it goes on over deploys. What was all on one connection,
 * whose session goes on as well, is on the first one.
 */
export function laneNotes(memory: SessionMemory, streamId: string): LaneNotes {
  const notes = memory.stream(streamId);
  const session = notes.ids === undefined ? undefined : memory.session(notes.ids.live);
  notes.lanes ??= {
    present: new Map(session?.filters.map((filter) => [filter, 0])),
    moves: [],
    hubs: [],
    sessionGrants: { lastMs: Number.NEGATIVE_INFINITY },
  };
  return notes.lanes;
}

/** How many connections there were: the sessions of all of them hold what was published during a deploy. */
export function lanesIn({ present, moves }: LaneNotes): number {
  return 1 + Math.max(0, ...present.values(), ...moves.flatMap(({ from, to }) => [from, to]));
}
