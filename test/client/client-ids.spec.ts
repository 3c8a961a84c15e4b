import assert from 'node:assert/strict';
import { ClientIds } from '../../src/client/client-ids';
import { SessionMemory } from '../../src/client/session-memory';

const random = () => 0.5;

describe('the client ids of a stream', () => {
  it('are the stable id for the first connection', () => {
    assert.equal(new ClientIds('ochno-1', new SessionMemory(), random).live, 'ochno-1');
  });

  it('differ for a successor', () => {
    const ids = new ClientIds('ochno-1', new SessionMemory(), random);
    assert.match(ids.successor(), /^ochno-1-[0-9a-z]{6}$/);
  });

  it('return to the stable id once its session was left with nothing in it', () => {
    const memory = new SessionMemory();
    const ids = new ClientIds('ochno-1', memory, random);
    ids.promote(ids.successor());
    assert.notEqual(ids.successor(), 'ochno-1');
    memory.remember('ochno-1', new Set());
    assert.equal(ids.successor(), 'ochno-1');
  });

  it('never return to a session that may hold old events', () => {
    const memory = new SessionMemory();
    const ids = new ClientIds('ochno-1', memory, random);
    memory.remember('ochno-1', new Set(['/ports/c/#']));
    ids.promote(ids.successor());
    assert.notEqual(ids.successor(), 'ochno-1');
  });

  it('go on after a redeploy where they were', () => {
    const memory = new SessionMemory();
    const before = new ClientIds('ochno-1', memory, random);
    before.promote('ochno-1-abc123');
    assert.equal(new ClientIds('ochno-1', memory, random).live, 'ochno-1-abc123');
  });

  it('are given up for new ones when someone else uses them', () => {
    const ids = new ClientIds('ochno-1', new SessionMemory(), random);
    ids.abandon();
    assert.notEqual(ids.live, 'ochno-1');
  });
});
