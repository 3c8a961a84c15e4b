import assert from 'node:assert/strict';
import { PublishQuarantine } from '../../../src/client/commands/publish-quarantine';
import { PublishLost } from '../../../src/client/stream/publish-channel';
import { FakeClock } from '../../support/fake-clock';

const quickAndAlone = new PublishLost({ closedAfterMs: 80, wasAlone: true });
const quickAmongOthers = new PublishLost({ closedAfterMs: 80, wasAlone: false });

describe('PublishQuarantine', () => {
  it('blames a publish that was alone at a quick close, and holds its topic after the second', () => {
    const quarantine = new PublishQuarantine(new FakeClock());
    assert.equal(quarantine.recordClose('t', quickAndAlone), true);
    assert.equal(quarantine.holds('t'), false);
    assert.equal(quarantine.suspects('t'), true);
    assert.equal(quarantine.recordClose('t', quickAndAlone), true);
    assert.equal(quarantine.holds('t'), true);
    assert.equal(quarantine.holds('other'), false);
  });

  it('tries a held topic again after ten minutes, and holds it again after one more close', async () => {
    const clock = new FakeClock();
    const quarantine = new PublishQuarantine(clock);
    quarantine.recordClose('t', quickAndAlone);
    quarantine.recordClose('t', quickAndAlone);
    await clock.advance(599_999);
    assert.equal(quarantine.holds('t'), true);
    await clock.advance(1);
    assert.equal(quarantine.holds('t'), false);
    assert.equal(quarantine.suspects('t'), true);
    quarantine.recordClose('t', quickAndAlone);
    assert.equal(quarantine.holds('t'), true);
  });

  it('forgets what it held against a topic at its first acknowledgement', () => {
    const quarantine = new PublishQuarantine(new FakeClock());
    quarantine.recordClose('t', quickAndAlone);
    quarantine.acknowledged('t');
    assert.equal(quarantine.suspects('t'), false);
    quarantine.recordClose('t', quickAndAlone);
    assert.equal(quarantine.holds('t'), false);
  });

  it('suspects all that were in flight at a quick close, and blames none', () => {
    const quarantine = new PublishQuarantine(new FakeClock());
    for (const topic of ['a', 'b']) assert.equal(quarantine.recordClose(topic, quickAmongOthers), false);
    assert.deepEqual(
      ['a', 'b', 'c'].map((topic) => quarantine.suspects(topic)),
      [true, true, false],
    );
    quarantine.recordClose('a', quickAmongOthers);
    assert.equal(quarantine.holds('a'), false);
  });

  it('makes nothing of a connection that lived on for a while or that this side closed', () => {
    const quarantine = new PublishQuarantine(new FakeClock());
    const late = new PublishLost({ closedAfterMs: 1001, wasAlone: true });
    const ours = new PublishLost({ closedAfterMs: 5, wasAlone: true, closedByUs: true });
    assert.equal(quarantine.recordClose('t', late), false);
    assert.equal(quarantine.recordClose('t', ours), false);
    assert.equal(quarantine.suspects('t'), false);
  });

  it('keeps no more than a thousand suspects', () => {
    const quarantine = new PublishQuarantine(new FakeClock());
    for (let count = 0; count <= 1000; count += 1) quarantine.recordClose(`t${count}`, quickAmongOthers);
    assert.equal(quarantine.suspects('t0'), false);
    assert.equal(quarantine.suspects('t1'), true);
    assert.equal(quarantine.suspects('t1000'), true);
  });
});
