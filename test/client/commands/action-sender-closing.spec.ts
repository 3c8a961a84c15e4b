import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { settle } from '../../support/fake-clock';
import { startSender } from '../../support/fake-sender';

describe('a submission that is not ready yet', () => {
  it('keeps its place before others of its topic, and lets other topics pass', async () => {
    const { channel, submit, payloads } = startSender({ acknowledgesAfterMs: 0 });
    let makeReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      makeReady = resolve;
    });
    submit('level', { ready });
    submit('temp', { properties: ['lamp.temp'] });
    submit('elsewhere', { topic: 'other' });
    await settle();
    assert.equal(payloads(), 'elsewhere');
    makeReady();
    await settle();
    assert.equal(payloads(), 'elsewhere level temp');
    assert.equal(channel.inFlight.length, 0);
  });

  it('can be replaced, fails with what it waited for, and times out with a reason', async () => {
    const { clock, submit, outcomes, errors, payloads } = startSender({ acknowledgesAfterMs: 0 });
    const never = new Promise<never>(() => undefined);
    submit('replaced', { ready: never });
    submit('newer');
    submit('failed', { topic: 'b', ready: Promise.reject(new OchnoError('OCHNO_REFUSED', 'not yours')) });
    submit('late', { topic: 'c', ready: never, deadlineMs: 1_000 });
    await clock.advance(1_000);
    assert.deepEqual(Object.fromEntries(outcomes), {
      replaced: 'replaced',
      newer: 'acknowledged',
      failed: 'OCHNO_REFUSED',
      late: 'OCHNO_TIMEOUT',
    });
    assert.match(errors.get('late')?.message ?? '', /could not be subscribed to/);
    assert.equal(payloads(), 'newer');
    assert.equal(clock.timers, 0);
  });
});

describe('closing what ActionSender works on', () => {
  it('ends what waits at once, and what is under way within a second', async () => {
    const { clock, channel, submit, outcomes, errors, payloads } = startSender();
    const controller = new AbortController();
    const { signal } = controller;
    submit('acknowledged', { topic: 'a', signal });
    submit('unanswered', { topic: 'b', signal });
    channel.isOpen = false;
    submit('waiting', { topic: 'c', signal });
    submit('someone else', { topic: 'd' });
    controller.abort();
    await settle();
    assert.deepEqual([...outcomes], [['waiting', 'OCHNO_CLOSED']]);
    channel.inFlight[0]?.acknowledge();
    await clock.advance(1_000);
    assert.equal(outcomes.get('acknowledged'), 'acknowledged');
    assert.equal(outcomes.get('unanswered'), 'OCHNO_CLOSED');
    assert.match(errors.get('unanswered')?.message ?? '', /unknown/);
    assert.equal(outcomes.has('someone else'), false);
    channel.open();
    assert.equal(payloads(), 'acknowledged unanswered someone else');
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('lets nothing slip out while a signal announces itself', async () => {
    const { submit, outcomes, payloads } = startSender({ acknowledgesAfterMs: 0 });
    const controller = new AbortController();
    const { signal } = controller;
    submit('not ready', { signal, ready: new Promise<never>(() => undefined) });
    submit('behind it', { signal, properties: ['lamp.temp'] });
    controller.abort();
    await settle();
    assert.equal(payloads(), '');
    assert.deepEqual([...outcomes.values()], ['OCHNO_CLOSED', 'OCHNO_CLOSED']);
  });

  it('closes the sender in the same way, once and for all', async () => {
    const { clock, channel, sender, submit, outcomes, payloads } = startSender();
    submit('under way', { topic: 'a' });
    submit('not ready', { topic: 'b', ready: new Promise<never>(() => undefined) });
    const closed = Promise.all([sender.close(), sender.close()]);
    await settle();
    assert.equal(outcomes.get('not ready'), 'OCHNO_CLOSED');
    await clock.advance(1_000);
    await closed;
    assert.equal(outcomes.get('under way'), 'OCHNO_CLOSED');
    submit('after');
    await settle();
    assert.equal(outcomes.get('after'), 'OCHNO_CLOSED');
    assert.equal(payloads(), 'under way');
    assert.equal(clock.timers, 0);
    assert.equal(channel.listeners, 0);
  });

  it('reports a connection lost meanwhile as closed', async () => {
    const { channel, sender, submit, outcomes } = startSender();
    submit('under way');
    const closed = sender.close();
    channel.lose();
    await closed;
    await settle();
    assert.equal(outcomes.get('under way'), 'OCHNO_CLOSED');
  });

  it('refuses at once what comes with an aborted signal or too late', async () => {
    const { submit, outcomes, payloads } = startSender();
    submit('aborted', { signal: AbortSignal.abort() });
    submit('late', { deadlineMs: 0 });
    await settle();
    assert.equal(outcomes.get('aborted'), 'OCHNO_CLOSED');
    assert.equal(outcomes.get('late'), 'OCHNO_TIMEOUT');
    assert.equal(payloads(), '');
  });
});
