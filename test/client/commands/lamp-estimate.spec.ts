import assert from 'node:assert/strict';
import { LampKnowledge } from '../../../src/client/commands/lamp-estimate';

/** Says that a command was sent and acknowledged, as if no event had come yet. */
function sent(knowledge: LampKnowledge, level: number): void {
  const note = knowledge.sending({ level }, false);
  note.published();
  note.acknowledged();
}

describe('LampKnowledge', () => {
  it('puts partial events together', () => {
    const knowledge = new LampKnowledge();
    assert.equal(knowledge.knows(['level']), false);
    knowledge.shown({ level: 40 });
    knowledge.shown({ temp: 3000 });
    assert.deepEqual(knowledge.present(), { level: 40, temp: 3000, lastLitLevel: 40 });
    assert.equal(knowledge.knows(['level', 'temp']), true);
    assert.equal(knowledge.knows(['red']), false);
  });

  it('remembers the last level that was not 0', () => {
    const knowledge = new LampKnowledge();
    knowledge.shown({ level: 40 });
    knowledge.shown({ level: 0 });
    assert.deepEqual(knowledge.present(), { level: 0, lastLitLevel: 40 });
    knowledge.forget();
    knowledge.read({ level: 0 });
    assert.deepEqual(knowledge.present(), { level: 0, lastLitLevel: 40 });
    sent(knowledge, 70);
    sent(knowledge, 0);
    assert.equal(knowledge.present().lastLitLevel, 70);
  });

  it('counts what was sent as present, acknowledged or not, until an event shows it', () => {
    const knowledge = new LampKnowledge();
    knowledge.shown({ level: 20 });
    for (const level of [30, 40, 50]) {
      assert.equal(knowledge.present().level, level - 10);
      sent(knowledge, level);
    }
    knowledge.shown({ level: 30 });
    assert.equal(knowledge.present().level, 50);
    knowledge.shown({ level: 50 });
    assert.equal(knowledge.present().level, 50);
    knowledge.shown({ level: 25 });
    assert.equal(knowledge.present().level, 25);
  });

  it('believes an event that shows something else over what was acknowledged before it', () => {
    const knowledge = new LampKnowledge();
    sent(knowledge, 50);
    knowledge.shown({ level: 80, temp: 3000 });
    assert.deepEqual(knowledge.present(), { level: 80, temp: 3000, lastLitLevel: 80 });
  });

  it('lets an event about other things end nothing', () => {
    const knowledge = new LampKnowledge();
    sent(knowledge, 50);
    knowledge.shown({ temp: 3000 });
    assert.deepEqual(knowledge.present(), { temp: 3000, level: 50, lastLitLevel: 50 });
  });

  it('keeps a command that has not left over an event that can know nothing of it', () => {
    const knowledge = new LampKnowledge();
    const note = knowledge.sending({ level: 50 }, false);
    knowledge.shown({ level: 50 });
    knowledge.shown({ level: 20 });
    assert.equal(knowledge.present().level, 50);
    note.published();
    knowledge.shown({ level: 30 });
    assert.equal(knowledge.present().level, 50);
    note.failed('unsent');
    assert.equal(knowledge.present().level, 30);
  });

  it('knows the level no longer when the outcome of a command is unknown', () => {
    const knowledge = new LampKnowledge();
    knowledge.shown({ level: 20, temp: 3000 });
    sent(knowledge, 30);
    const note = knowledge.sending({ level: 40 }, false);
    note.published();
    note.failed('unknown');
    assert.equal(knowledge.knows(['level']), false);
    assert.equal(knowledge.knows(['temp']), true);
  });

  it('goes by a later command all the same', () => {
    const knowledge = new LampKnowledge();
    const lost = knowledge.sending({ level: 40 }, false);
    lost.published();
    knowledge.sending({ level: 50 }, false);
    lost.failed('unknown');
    assert.equal(knowledge.present().level, 50);
  });

  it('keeps what was shown since over what a read gives', () => {
    const knowledge = new LampKnowledge();
    knowledge.shown({ level: 0 });
    knowledge.read({ level: 70, temp: 3000 });
    assert.deepEqual(knowledge.present(), { level: 0, temp: 3000 });
  });

  it('forgets after a gap all but the last lit level and what has yet to arrive', () => {
    const knowledge = new LampKnowledge();
    knowledge.shown({ level: 20, temp: 3000 });
    sent(knowledge, 30);
    knowledge.sending({ red: 5 }, false);
    knowledge.forget();
    assert.deepEqual(knowledge.present(), { red: 5, lastLitLevel: 30 });
  });

  it('never comes back to a step of a fade', () => {
    const knowledge = new LampKnowledge();
    knowledge.shown({ level: 80 });
    for (const level of [40, 1, 0]) {
      const note = knowledge.sending({ level }, level > 0);
      note.published();
      note.acknowledged();
    }
    knowledge.shown({ level: 40 });
    assert.deepEqual(knowledge.present(), { level: 0, lastLitLevel: 80 });
    knowledge.shown({ level: 1 });
    knowledge.shown({ level: 0 });
    assert.deepEqual(knowledge.present(), { level: 0, lastLitLevel: 80 });
  });

  it('stays small and right where no event ever comes', () => {
    const knowledge = new LampKnowledge();
    for (let level = 1; level <= 100; level += 1) sent(knowledge, level);
    assert.deepEqual(knowledge.present(), { level: 100, lastLitLevel: 100 });
    knowledge.shown({ level: 5 });
    assert.equal(knowledge.present().level, 5);
  });
});
