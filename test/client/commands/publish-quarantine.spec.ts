import assert from 'node:assert/strict';
import { PublishQuarantine } from '../../../src/client/commands/publish-quarantine';
import { PublishLost } from '../../../src/client/stream/publish-channel';

const quickAndAlone = new PublishLost({ closedAfterMs: 80, wasAlone: true });
const quickAmongOthers = new PublishLost({ closedAfterMs: 80, wasAlone: false });

describe('PublishQuarantine', () => {
  it('blames a publish that was alone at a quick close, and holds its topic after the second', () => {
    const quarantine = new PublishQuarantine();
    assert.equal(quarantine.recordClose('t', quickAndAlone, 0), true);
    assert.equal(quarantine.holds('t', 0), false);
    assert.equal(quarantine.suspects('t'), true);
    assert.equal(quarantine.recordClose('t', quickAndAlone, 5_000), true);
    assert.equal(quarantine.holds('t', 5_000), true);
    assert.equal(quarantine.holds('other', 5_000), false);
  });

  it('tries a held topic again after ten minutes, and holds it again after one more close', () => {
    const quarantine = new PublishQuarantine();
    quarantine.recordClose('t', quickAndAlone, 0);
    quarantine.recordClose('t', quickAndAlone, 0);
    assert.equal(quarantine.holds('t', 599_999), true);
    assert.equal(quarantine.holds('t', 600_000), false);
    assert.equal(quarantine.suspects('t'), true);
    quarantine.recordClose('t', quickAndAlone, 600_100);
    assert.equal(quarantine.holds('t', 600_100), true);
  });

  it('forgets what it held against a topic at its first acknowledgement', () => {
    const quarantine = new PublishQuarantine();
    quarantine.recordClose('t', quickAndAlone, 0);
    quarantine.acknowledged('t');
    assert.equal(quarantine.suspects('t'), false);
    quarantine.recordClose('t', quickAndAlone, 0);
    assert.equal(quarantine.holds('t', 0), false);
  });

  it('suspects all that were in flight at a quick close, and blames none', () => {
    const quarantine = new PublishQuarantine();
    for (const topic of ['a', 'b']) assert.equal(quarantine.recordClose(topic, quickAmongOthers, 0), false);
    assert.deepEqual(
      ['a', 'b', 'c'].map((topic) => quarantine.suspects(topic)),
      [true, true, false],
    );
    quarantine.recordClose('a', quickAmongOthers, 0);
    assert.equal(quarantine.holds('a', 0), false);
  });

  it('makes nothing of a connection that lived on for a while or that this side closed', () => {
    const quarantine = new PublishQuarantine();
    const late = new PublishLost({ closedAfterMs: 1001, wasAlone: true });
    const ours = new PublishLost({ closedAfterMs: 5, wasAlone: true, closedByUs: true });
    assert.equal(quarantine.recordClose('t', late, 0), false);
    assert.equal(quarantine.recordClose('t', ours, 0), false);
    assert.equal(quarantine.suspects('t'), false);
  });

  it('keeps no more than a thousand suspects', () => {
    const quarantine = new PublishQuarantine();
    for (let count = 0; count <= 1000; count += 1) quarantine.recordClose(`t${count}`, quickAmongOthers, 0);
    assert.equal(quarantine.suspects('t0'), false);
    assert.equal(quarantine.suspects('t1'), true);
    assert.equal(quarantine.suspects('t1000'), true);
  });
});
