import assert from 'node:assert/strict';
import { mostInOneSecond } from '../../support/fake-publish-channel';
import { startSender } from '../../support/fake-sender';

describe('the pace of ActionSender', () => {
  it('sends 500 lamps set at once within a few seconds, at most a hundred a second', async () => {
    const { clock, channel, submit, outcomes } = startSender({ acknowledgesAfterMs: 20 });
    for (let lamp = 0; lamp < 500; lamp += 1) submit(`${lamp}`, { topic: `lamp ${lamp}` });
    assert.equal(channel.published.length, 100);
    await clock.advance(4_200);
    assert.equal(channel.published.length, 500);
    assert.ok(mostInOneSecond(channel.published.map(({ atMs }) => atMs)) <= 100);
    assert.deepEqual(new Set(outcomes.values()), new Set(['acknowledged']));
    assert.equal(outcomes.size, 500);
    assert.equal(clock.timers, 0);
  });

  it('lets a slider of 200 messages in two seconds reach its last value, each message with one outcome', async () => {
    const { clock, channel, submit, outcomes, payloads } = startSender({ acknowledgesAfterMs: 30 });
    for (let value = 0; value < 200; value += 1) {
      submit(`${value}`);
      await clock.advance(10);
    }
    await clock.advance(2_000);
    assert.ok(payloads().endsWith(' 199'));
    assert.ok(mostInOneSecond(channel.published.map(({ atMs }) => atMs)) <= 100);
    assert.equal(outcomes.size, 200);
    assert.ok([...outcomes.values()].every((outcome) => outcome === 'acknowledged' || outcome === 'replaced'));
    assert.equal(outcomes.get('199'), 'acknowledged');
    assert.equal(clock.timers, 0);
  });

  it('gives a lamp that is set again and again its turn among the others', async () => {
    const { clock, channel, submit, payloads } = startSender({ acknowledgesAfterMs: 0 });
    for (let lamp = 0; lamp < 300; lamp += 1) submit(`lamp ${lamp}`, { topic: `lamp ${lamp}` });
    for (let step = 0; step < 40; step += 1) {
      submit(`step ${step}`, { topic: 'lamp 150' });
      await clock.advance(50);
    }
    assert.match(payloads(), /step \d+/);
    assert.ok(channel.published.findIndex(({ topic }) => topic === 'lamp 150') < 200);
  });

  it('has at most a hundred under way', async () => {
    const { clock, channel, submit } = startSender();
    for (let lamp = 0; lamp < 150; lamp += 1) submit(`${lamp}`, { topic: `lamp ${lamp}`, deadlineMs: 60_000 });
    await clock.advance(15_000);
    assert.equal(channel.inFlight.length, 100);
    for (const publish of channel.inFlight) publish.acknowledge();
    await clock.advance(1_010);
    assert.equal(channel.published.length, 150);
  });

  it('does not stop for ever on publishes that a broker has silently discarded', async () => {
    const { clock, channel, submit } = startSender();
    for (let lamp = 0; lamp < 101; lamp += 1) submit(`${lamp}`, { topic: `lamp ${lamp}`, deadlineMs: 60_000 });
    await clock.advance(20_000);
    assert.equal(channel.published.length, 101);
  });
});
