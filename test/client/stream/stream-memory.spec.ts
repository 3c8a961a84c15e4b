import assert from 'node:assert/strict';
import { ClientIds, SessionMemory } from '../../../src/client/stream/stream-memory';

const random = () => 0.5;
const plan = ['/ports/c/l/h/1', '/ports/c/l/h/2'];

describe('the client ids of a stream', () => {
  let memory: SessionMemory;
  let ids: ClientIds;
  let stable: string;

  beforeEach(() => {
    memory = new SessionMemory();
    ids = new ClientIds('ochno-1', memory, random);
    stable = ids.initial(plan);
  });

  it('are the same after a restart with the same subscriptions', () => {
    assert.match(stable, /^ochno-1-[0-9a-f]{8}$/);
    assert.equal(new ClientIds('ochno-1', new SessionMemory(), random).initial(plan.toReversed()), stable);
  });

  it('are others after a restart with other subscriptions, whose session would bring what nobody wants', () => {
    assert.notEqual(new ClientIds('ochno-1', new SessionMemory(), random).initial(['/ports/c/#']), stable);
  });

  it('stay while Node-RED runs, whatever becomes of the subscriptions', () => {
    assert.equal(ids.initial(['/ports/c/#']), stable);
    assert.equal(new ClientIds('ochno-1', memory, random).initial([]), stable);
  });

  it('differ for a successor', () => {
    assert.match(ids.successor(plan), new RegExp(`^${stable}-[0-9a-z]{6}$`));
  });

  it('return to the stable id once its session was left with nothing in it', () => {
    ids.promote(ids.successor(plan));
    assert.notEqual(ids.successor(plan), stable);
    memory.ended(stable);
    assert.equal(ids.successor(plan), stable);
  });

  it('return to it for the same filters only, since after a restart it stands for these', () => {
    ids.promote(ids.successor(plan));
    memory.ended(stable);
    assert.notEqual(ids.successor(['/ports/c/#']), stable);
    assert.equal(ids.successor(plan.toReversed()), stable);
  });

  it('never return to a session that may hold old events', () => {
    memory.remember(stable, ['/ports/c/#']);
    ids.promote(ids.successor(plan));
    assert.notEqual(ids.successor(plan), stable);
  });

  it('go on after a redeploy where they were', () => {
    ids.promote(`${stable}-abc123`);
    const after = new ClientIds('ochno-1', memory, random);
    assert.equal(after.initial(plan), `${stable}-abc123`);
    memory.ended(stable);
    assert.equal(after.successor(plan), stable);
  });

  it('hold nothing once all was unsubscribed, unless what was kept until then has not come yet', () => {
    assert.ok(ids.holdsNothing);
    memory.remember(stable, plan);
    assert.ok(!ids.holdsNothing);
    memory.stream('ochno-1').outage.behind = { sinceMs: 0, provenMs: 0 };
    memory.remember(stable, []);
    assert.deepEqual([ids.isSubscribed, ids.holdsNothing], [false, false]);
    assert.ok(ids.leave());
    assert.notEqual(ids.live, stable);
    memory.stream('ochno-1').outage.behind = undefined;
    assert.ok(ids.holdsNothing);
  });

  it('are given up for new ones when someone else uses them', () => {
    ids.abandon(false);
    assert.notEqual(ids.live, stable);
    assert.equal(ids.initial(plan), ids.live);
  });

  it('are given up by the successor of a connection that is live', () => {
    ids.abandon(true);
    assert.equal(ids.live, stable);
    assert.ok(!ids.successor(plan).startsWith(stable));
  });

  it('A17: never return to a session that a failed successor may have begun', () => {
    ids.promote(ids.successor(plan));
    memory.ended(stable);
    assert.equal(ids.successor(plan), stable);
    memory.doubt(stable);
    assert.notEqual(ids.successor(plan), stable);
    ids.retire(stable);
    assert.equal(ids.successor(plan), stable, 'once it is known to be over');
  });
});
