import assert from 'node:assert/strict';
import { PendingAnswers } from '../../../src/client/mqtt/pending-answers';

describe('pending answers', () => {
  let answers: PendingAnswers;

  beforeEach(() => {
    answers = new PendingAnswers();
  });

  it('come, or fail, each for itself', async () => {
    const outcomes = await Promise.allSettled([
      answers.request((answer) => answer(5)),
      answers.request((_answer, fail) => fail(new Error('no'))),
    ]);
    assert.deepEqual(outcomes, [
      { status: 'fulfilled', value: 5 },
      { status: 'rejected', reason: new Error('no') },
    ]);
  });

  it('fail with the reason of the connection’s end, which mqtt.js does not know yet', async () => {
    const waiting = answers.request((_answer, fail) => fail(new Error('Connection closed')));
    const other = answers.request(() => undefined);
    answers.failAll(new Error('the broker said DISCONNECT'));
    await assert.rejects(waiting, /said DISCONNECT/);
    await assert.rejects(other, /said DISCONNECT/);
  });

  it('to pings come in the order in which they left, mqtt.js’s own among them', () => {
    const heard: string[] = [];
    answers.pingSent(1);
    answers.pingSent(2);
    answers.whenPingAnswered(() => heard.push('second'));
    assert.equal(answers.pingAnswered(), 1);
    assert.equal(heard.length, 0);
    answers.pingSent(3);
    answers.whenPingAnswered(() => heard.push('third'));
    answers.whenPingAnswered(() => heard.push('third, too'));
    assert.equal(answers.pingAnswered(), 2);
    assert.deepEqual(heard, ['second']);
    assert.equal(answers.pingAnswered(), 3);
    assert.deepEqual(heard, ['second', 'third', 'third, too']);
    assert.equal(answers.pingAnswered(), undefined, 'one that answers nothing');
  });
});
