import assert from 'node:assert/strict';
import { PublishLost } from '../../../src/client/stream/publish-channel';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { settle } from '../../support/fake-clock';
import { startSender } from '../../support/fake-sender';

describe('ActionSender', () => {
  it('publishes at once if it can, and is done with the acknowledgement', async () => {
    const { clock, channel, submit, outcomes } = startSender();
    submit('{"a":1}');
    assert.deepEqual(
      channel.published.map(({ topic, payload }) => [topic, payload]),
      [['/action/c/l/h/p1', '{"a":1}']],
    );
    await settle();
    assert.equal(outcomes.size, 0);
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.equal(outcomes.get('{"a":1}'), 'acknowledged');
    assert.equal(clock.timers, 0);
  });

  it('waits out a short outage, in order', async () => {
    const { clock, channel, submit, outcomes, payloads } = startSender({ isOpen: false, acknowledgesAfterMs: 0 });
    for (const port of ['p3', 'p1', 'p2']) submit(port, { topic: port });
    await clock.advance(10_000);
    assert.equal(payloads(), '');
    channel.open();
    await settle();
    assert.equal(payloads(), 'p3 p1 p2');
    assert.deepEqual([...outcomes.values()], ['acknowledged', 'acknowledged', 'acknowledged']);
    assert.equal(clock.timers, 0);
  });

  it('has the connection hurry if there is none, and only then', async () => {
    const { channel, submit } = startSender({ isOpen: false, acknowledgesAfterMs: 0 });
    submit('1');
    assert.equal(channel.hurries, 1);
    channel.open();
    await settle();
    submit('2');
    assert.equal(channel.hurries, 1);
  });

  it('sends only the newest of those that wait for the same properties of a port', async () => {
    const { channel, submit, outcomes, payloads } = startSender({ isOpen: false, acknowledgesAfterMs: 0 });
    submit('level 1');
    submit('temp 1', { properties: ['lamp.temp'] });
    submit('level 2');
    submit('elsewhere', { topic: 'other' });
    submit('level 3');
    channel.open();
    await settle();
    assert.equal(payloads(), 'level 3 temp 1 elsewhere');
    assert.equal(outcomes.get('level 1'), 'replaced');
    assert.equal(outcomes.get('level 2'), 'replaced');
    assert.equal(outcomes.get('level 3'), 'acknowledged');
  });

  it('fails what has waited too long, and never sends it later', async () => {
    const { clock, channel, submit, outcomes, errors, payloads } = startSender({
      isOpen: false,
      acknowledgesAfterMs: 0,
    });
    channel.problem = 'the name of the server was not found';
    submit('short', { topic: 'a', deadlineMs: 2_000 });
    submit('long', { topic: 'b', deadlineMs: 30_000 });
    await clock.advance(2_000);
    assert.deepEqual([...outcomes], [['short', 'OCHNO_TIMEOUT']]);
    assert.match(errors.get('short')?.message ?? '', /"a" was not sent: there was no connection \(the name of/);
    assert.equal(errors.get('short')?.retryable, true);
    await clock.advance(8_000);
    channel.open();
    await settle();
    assert.equal(payloads(), 'long');
    assert.equal(outcomes.get('long'), 'acknowledged');
  });

  it('does not send what is too late though its timer has not come round yet', async () => {
    const { clock, channel, submit, outcomes, payloads } = startSender({ isOpen: false });
    const advanceWithoutTimers = clock.after.bind(clock);
    clock.after = () => () => undefined;
    submit('late', { deadlineMs: 1_000 });
    clock.after = advanceWithoutTimers;
    await clock.advance(1_000);
    channel.open();
    await settle();
    assert.equal(payloads(), '');
    assert.equal(outcomes.get('late'), 'OCHNO_TIMEOUT');
  });

  it('says that the outcome is unknown when the acknowledgement does not come in time', async () => {
    const { clock, channel, submit, errors, outcomes } = startSender();
    submit('sent', { deadlineMs: 5_000 });
    await clock.advance(5_000);
    assert.equal(outcomes.get('sent'), 'OCHNO_TIMEOUT');
    assert.match(errors.get('sent')?.message ?? '', /did not acknowledge it in time.*unknown.*not sent again/);
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.equal(outcomes.get('sent'), 'OCHNO_TIMEOUT');
    assert.equal(clock.timers, 0);
  });

  it('never repeats a publish whose connection was lost, and says that its outcome is unknown', async () => {
    const { clock, channel, submit, outcomes, errors, payloads } = startSender();
    submit('sent');
    await clock.advance(3_000);
    channel.lose();
    await settle();
    assert.equal(outcomes.get('sent'), 'OCHNO_TIMEOUT');
    assert.match(errors.get('sent')?.message ?? '', /connection was lost before the broker acknowledged it.*unknown/);
    assert.ok(errors.get('sent')?.cause instanceof PublishLost);
    channel.open();
    await clock.advance(60_000);
    assert.equal(payloads(), 'sent');
  });

  it('takes whatever else a channel fails with for an unknown outcome, and an OchnoError as it is', async () => {
    const { channel, submit, outcomes, errors } = startSender();
    submit('broken', { topic: 'a' });
    submit('refused', { topic: 'b' });
    channel.inFlight[0]?.fail(new Error('who knows'));
    channel.inFlight[0]?.fail(new OchnoError('OCHNO_REFUSED', 'not authorised'));
    await settle();
    assert.equal(outcomes.get('broken'), 'OCHNO_TIMEOUT');
    assert.equal(errors.get('refused')?.message, 'not authorised');
  });

  it('refuses more than ten thousand that wait, but not what replaces one of them', async () => {
    const { channel, sender, submit, outcomes } = startSender({ isOpen: false });
    for (let count = 0; count < 10_000; count += 1) submit(`${count}`, { topic: `t${count}` });
    submit('one too many', { topic: 'another' });
    submit('newer', { topic: 't9' });
    await settle();
    assert.equal(outcomes.get('one too many'), 'OCHNO_TIMEOUT');
    assert.equal(outcomes.get('9'), 'replaced');
    assert.equal(channel.published.length, 0);
    await sender.close();
    await settle();
    assert.equal([...outcomes.values()].filter((outcome) => outcome === 'OCHNO_CLOSED').length, 10_000);
  });
});
