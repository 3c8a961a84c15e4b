import assert from 'node:assert/strict';
import { FilterQuarantine } from '../../../src/client/stream/filter-quarantine';

describe('the quarantine of topic filters', () => {
  it('convicts a filter that was alone in SUBSCRIBE when the broker closed the connection, twice', () => {
    const quarantine = new FilterQuarantine();
    const packet = ['/ports/c/l/h/bad'];
    quarantine.sent(packet);
    assert.deepEqual(quarantine.connectionEnded(true, 0), { isToBlame: true, quarantined: [] });
    quarantine.sent(packet);
    assert.deepEqual(quarantine.connectionEnded(true, 0).quarantined, packet);
    assert.ok(quarantine.holds('/ports/c/l/h/bad', 1));
  });

  it('asks for the filters of a fatal packet to be sent alone, and clears those that get an answer', () => {
    const quarantine = new FilterQuarantine();
    quarantine.sent(['good', 'bad']);
    quarantine.connectionEnded(true, 0);
    assert.ok(quarantine.suspects('good') && quarantine.suspects('bad'));
    const alone = ['good'];
    quarantine.sent(alone);
    quarantine.answered(alone);
    assert.ok(!quarantine.suspects('good'));
    assert.ok(!quarantine.holds('good', 0));
  });

  it('blames nobody when it was not the broker that ended the connection', () => {
    const quarantine = new FilterQuarantine();
    for (let cut = 0; cut < 5; cut += 1) {
      quarantine.sent(['innocent']);
      assert.deepEqual(quarantine.connectionEnded(false, 0), { isToBlame: false, quarantined: [] });
    }
    assert.ok(!quarantine.holds('innocent', 0));
  });

  it('blames nobody when every packet had its answer', () => {
    const quarantine = new FilterQuarantine();
    const packet = ['answered'];
    quarantine.sent(packet);
    quarantine.answered(packet);
    assert.equal(quarantine.connectionEnded(true, 0).isToBlame, false);
  });

  it('lets a filter out after ten minutes, since a policy may have been mended', () => {
    const quarantine = new FilterQuarantine();
    for (const _ of [1, 2]) {
      quarantine.sent(['bad']);
      quarantine.connectionEnded(true, 0);
    }
    assert.ok(quarantine.holds('bad', 599_999));
    assert.ok(!quarantine.holds('bad', 600_000));
  });
});
