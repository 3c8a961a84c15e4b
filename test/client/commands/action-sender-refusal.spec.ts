import assert from 'node:assert/strict';
import { settle } from '../../support/fake-clock';
import { startSender } from '../../support/fake-sender';

describe('a publish that the broker closes the connection on', () => {
  it('is refused, and after the second time nothing more is sent to its topic for ten minutes', async () => {
    const { clock, channel, submit, outcomes, errors } = startSender();
    for (const attempt of ['first', 'second']) {
      submit(attempt);
      if (attempt === 'second') submit('beside', { deadlineMs: clock.monotonicMs() + 30_000 });
      await clock.advance(50);
      channel.lose();
      await settle();
      assert.equal(outcomes.get(attempt), 'OCHNO_REFUSED');
      channel.open();
    }
    assert.match(errors.get('first')?.message ?? '', /closed the connection on the command/);
    assert.equal(outcomes.get('beside'), 'OCHNO_REFUSED');
    submit('third');
    submit('elsewhere', { topic: '/action/c/l/h/p2' });
    await settle();
    assert.equal(outcomes.get('third'), 'OCHNO_REFUSED');
    assert.match(errors.get('third')?.message ?? '', /none is tried for ten minutes/);
    assert.deepEqual(
      channel.published.map(({ payload }) => payload),
      ['first', 'second', 'elsewhere'],
    );
    channel.inFlight[0]?.acknowledge();
    await clock.advance(600_000);
    submit('later');
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.equal(outcomes.get('later'), 'acknowledged');
  });

  it('is found without harm to those that were under way with it', async () => {
    const { clock, channel, submit, outcomes } = startSender();
    const send = (): void => {
      for (const lamp of ['a', 'poison', 'b']) submit(lamp, { topic: lamp });
    };
    send();
    await clock.advance(40);
    channel.lose();
    await settle();
    assert.deepEqual([...outcomes.values()], ['OCHNO_TIMEOUT', 'OCHNO_TIMEOUT', 'OCHNO_TIMEOUT']);
    outcomes.clear();
    channel.open();
    send();
    assert.equal(channel.inFlight.length, 1);
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.deepEqual(
      channel.inFlight.map(({ topic }) => topic),
      ['poison'],
    );
    channel.lose();
    channel.open();
    await settle();
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.deepEqual([...outcomes].sort(), [
      ['a', 'acknowledged'],
      ['b', 'acknowledged'],
      ['poison', 'OCHNO_REFUSED'],
    ]);
    submit('a again', { topic: 'a' });
    submit('b again', { topic: 'b' });
    assert.equal(channel.inFlight.length, 2);
  });

  it('has nothing beside it when it is tried again, so that nothing else can be blamed or harmed', async () => {
    const { clock, channel, submit, outcomes } = startSender();
    submit('poison', { topic: 'poison' });
    await clock.advance(40);
    channel.lose();
    await settle();
    channel.open();
    submit('before', { topic: 'a' });
    submit('poison again', { topic: 'poison' });
    submit('after', { topic: 'b' });
    assert.deepEqual(
      channel.inFlight.map(({ payload }) => payload),
      ['before'],
    );
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.deepEqual(
      channel.inFlight.map(({ payload }) => payload),
      ['poison again'],
    );
    channel.lose();
    await settle();
    channel.open();
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.equal(outcomes.get('poison again'), 'OCHNO_REFUSED');
    assert.equal(outcomes.get('after'), 'acknowledged');
  });

  it('is not held against it when the connection lived on for more than a second', async () => {
    const { clock, channel, submit, outcomes } = startSender();
    for (const attempt of ['first', 'second', 'third']) {
      submit(attempt);
      await clock.advance(1_001);
      channel.lose();
      channel.open();
      await settle();
      assert.equal(outcomes.get(attempt), 'OCHNO_TIMEOUT');
    }
  });
});
