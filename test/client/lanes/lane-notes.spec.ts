import assert from 'node:assert/strict';
import { laneNotes, lanesIn } from '../../../src/client/lanes/lane-notes';
import { SessionMemory } from '../../../src/client/stream/stream-memory';

describe('which connection of a company each filter is on', () => {
  let memory: SessionMemory;

  beforeEach(() => {
    memory = new SessionMemory();
  });

  it('is not known before there was a connection', () => {
    const notes = laneNotes(memory, 'stream');
    assert.deepEqual([...notes.present], []);
    assert.equal(lanesIn(notes), 1);
  });

  it('is the first one for all that the session of a single connection goes on with', () => {
    memory.stream('stream').ids = { stable: 'id', live: 'id' };
    memory.remember('id', ['a', 'b']);
    assert.deepEqual(
      [...laneNotes(memory, 'stream').present],
      [
        ['a', 0],
        ['b', 0],
      ],
    );
  });

  it('is kept as it was, moves under way included', () => {
    const notes = laneNotes(memory, 'stream');
    notes.present = new Map([['a', 1]]);
    assert.equal(lanesIn(laneNotes(memory, 'stream')), 2);
    notes.moves = [{ from: 3, to: 0, leaving: ['b'], coming: ['b'] }];
    assert.equal(lanesIn(laneNotes(memory, 'stream')), 4);
  });

  it('is noted with when a session was granted last to any of them, since the doubts of their policy outlive a deploy', () => {
    const { sessionGrants } = laneNotes(memory, 'stream');
    assert.equal(sessionGrants.lastMs, Number.NEGATIVE_INFINITY);
    assert.equal(laneNotes(memory, 'stream').sessionGrants, sessionGrants);
  });
});
