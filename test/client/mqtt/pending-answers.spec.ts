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
    answers.pingSent();
    answers.pingSent();
    answers.whenPingAnswered(() => heard.push('second'));
    answers.pingAnswered();
    assert.equal(heard.length, 0);
    answers.pingSent();
    answers.whenPingAnswered(() => heard.push('third'));
    answers.whenPingAnswered(() => heard.push('third, too'));
    answers.pingAnswered();
    assert.deepEqual(heard, ['second']);
    answers.pingAnswered();
    assert.deepEqual(heard, ['second', 'third', 'third, too']);
  });
});
