import assert from 'node:assert/strict';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { desk, shelf, startActions } from '../../support/fake-account';
import { settle } from '../../support/fake-clock';

describe('confirm', () => {
  const shows = (level: number): unknown => ({ data: { device: { lamp: { level } } } });

  it('waits for the acknowledgement and for an event of the port that shows the values', async () => {
    const { channel, clock, ports, send } = startActions();
    const sent = send(40, { confirm: true });
    await settle();
    channel.inFlight[0]?.acknowledge();
    await settle();
    ports.event(desk, shows(38));
    ports.event(shelf, shows(40));
    await settle();
    assert.deepEqual(sent.outcomes, []);
    ports.event(desk, shows(40));
    await settle();
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.equal(ports.subscriptions, 0);
    assert.equal(clock.timers, 0);
  });

  it('takes an event that comes before the acknowledgement, but none from before the publish', async () => {
    const { channel, ports, send } = startActions();
    ports.holdReady();
    const sent = send(40, { confirm: true });
    ports.event(desk, shows(40));
    await settle();
    assert.equal(channel.published.length, 0);
    ports.releaseReady();
    await settle();
    assert.equal(channel.published.length, 1);
    ports.event(desk, shows(40));
    await settle();
    assert.deepEqual(sent.outcomes, []);
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.deepEqual(sent.outcomes, ['sent']);
  });

  it('sends nothing when the port can not be heard', async () => {
    const { channel, ports, send } = startActions(0);
    ports.refuseReady(new OchnoError('OCHNO_REFUSED', 'No events of this port'));
    const sent = send(40, { confirm: true });
    await settle();
    assert.deepEqual(sent.outcomes, ['OCHNO_REFUSED']);
    assert.equal(channel.published.length, 0);
  });

  it('says so when the broker has the command but the port shows nothing', async () => {
    const { clock, send } = startActions(0);
    const sent = send(40, { confirm: true });
    await clock.advance(10_000);
    assert.deepEqual(sent.outcomes, ['OCHNO_TIMEOUT']);
    assert.match(
      sent.error?.message ?? '',
      /The broker has the command.*the port does not show its values: it shows no lamp\.level/,
    );
    assert.equal(clock.timers, 0);
  });

  it('is waited for when the connection is lost before the acknowledgement', async () => {
    const { channel, clock, ports, send } = startActions();
    const [confirmed, doubtful] = [send(40, { confirm: true }), send(40, { targets: [shelf], confirm: true })];
    await clock.advance(2_000);
    channel.lose();
    await clock.advance(2_000);
    assert.deepEqual(confirmed?.outcomes, []);
    ports.event(desk, shows(40));
    await clock.advance(6_000);
    assert.deepEqual(confirmed?.outcomes, ['sent']);
    assert.deepEqual(doubtful?.outcomes, ['OCHNO_TIMEOUT']);
    assert.match(doubtful?.error?.message ?? '', /unknown.*the port does not show its values/);
    assert.equal(channel.published.length, 2);
  });

  it('makes up for an acknowledgement that never comes', async () => {
    const { clock, ports, send } = startActions();
    const sent = send(40, { confirm: true });
    await settle();
    ports.event(desk, shows(40));
    await clock.advance(10_000);
    assert.deepEqual(sent.outcomes, ['sent']);
  });

  it('is given up for a newer command to the same properties', async () => {
    const { clock, ports, send } = startActions(5);
    const all = [];
    for (let level = 1; level <= 20; level += 1) {
      all.push(send(level, { confirm: true }));
      await clock.advance(10);
    }
    const other = send({ temp: 3000 }, { confirm: true });
    await clock.advance(10);
    ports.event(desk, shows(20));
    ports.event(desk, { lamp: { temp: 3000 } });
    await settle();
    assert.ok(all.slice(0, -1).every(({ outcomes }) => outcomes.join() === 'replaced'));
    assert.deepEqual(all.at(-1)?.outcomes, ['sent']);
    assert.deepEqual(other.outcomes, ['sent']);
    assert.equal(clock.timers, 0);
  });

  it('ends with the signal', async () => {
    const { clock, send } = startActions(0);
    const owner = new AbortController();
    const sent = send(40, { confirm: true, signal: owner.signal });
    await settle();
    owner.abort();
    await settle();
    assert.deepEqual(sent.outcomes, ['OCHNO_CLOSED']);
    assert.equal(clock.timers, 0);
  });
});
