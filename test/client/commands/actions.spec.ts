import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { desk, shelf, startActions } from '../../support/fake-account';
import { settle } from '../../support/fake-clock';

describe('Actions', () => {
  it('publishes each kind of command on the action topic of its port', async () => {
    const { actions, channel } = startActions(0);
    const base = { targets: [desk], confirm: false, timeoutMs: 1_000 };
    assert.deepEqual(await actions.send({ ...base, command: 'lamp', value: '40' }), {
      kind: 'sent',
      results: [{ address: desk, topic: '/action/c/l/h/p1', sent: { level: 40 } }],
    });
    await actions.send({ ...base, command: 'device', value: { fan: { target1: 5 } } });
    await actions.send({ ...base, command: 'envelope', value: { id: 'x', data: { scene: 3 } } });
    assert.deepEqual(
      channel.published.map(({ topic, payload }) => [topic, JSON.parse(payload)]),
      [
        ['/action/c/l/h/p1', { id: 'h', data: { portId: 'p1', device: { lamp: { level: 40 } } } }],
        ['/action/c/l/h/p1', { id: 'h', data: { portId: 'p1', device: { fan: { target1: 5 } } } }],
        ['/action/c/l/h/p1', { id: 'x', data: { scene: 3 } }],
      ],
    );
  });

  it('sends nothing at all when a value or any of the targets is no good', async () => {
    const { send, channel, uses } = startActions(0);
    const bad = [
      send(101),
      send({}),
      send([1], { command: 'device' }),
      send({ id: 1 }, { command: 'envelope' }),
      send({ text: 'x'.repeat(200_000) }, { command: 'device' }),
      send(5, { targets: [shelf, { ...desk, port: 'a/b' }] }),
      send(5, { targets: [] }),
      send(5, { timeoutMs: 0 }),
      send(5, { timeoutMs: Number.NaN }),
    ];
    await settle();
    for (const { outcomes, error } of bad) assert.deepEqual(outcomes, ['OCHNO_VALUE'], error?.message);
    assert.equal(channel.published.length, 0);
    assert.equal(uses(), 0);
  });

  it('sets several ports as one command each, with one outcome, and a port that is named twice once', async () => {
    const { channel, send, published, uses } = startActions();
    const sent = send(30, { targets: [desk, shelf, { ...desk }] });
    assert.deepEqual(published(), [
      ['p1', { lamp: { level: 30 } }],
      ['p2', { lamp: { level: 30 } }],
    ]);
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.deepEqual(sent.outcomes, []);
    assert.equal(uses(), 1);
    channel.inFlight[0]?.acknowledge();
    await settle();
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.equal(sent.results.length, 2);
    assert.equal(uses(), 0);
  });

  it('counts for each company what was sent, waits, and failed', async () => {
    const { actions, send, channel } = startActions();
    assert.deepEqual(actions.tally('c'), { sent: 0, waiting: 0, failed: 0 });
    const sent = send(30, { targets: [desk, shelf] });
    assert.deepEqual(actions.tally('c'), { sent: 0, waiting: 2, failed: 0 });
    channel.inFlight[0]?.acknowledge();
    channel.inFlight[0]?.fail(new OchnoError('OCHNO_REFUSED', 'no'));
    await settle();
    assert.equal(sent.outcomes.length, 1);
    assert.deepEqual(actions.tally('c'), { sent: 1, waiting: 0, failed: 1 });
    assert.deepEqual(actions.tally('other'), { sent: 0, waiting: 0, failed: 0 });
  });

  it('uses the stream of each company', async () => {
    const { send, published } = startActions(0);
    const sent = send(30, { targets: [desk, { ...desk, company: 'd' }] });
    await settle();
    assert.deepEqual(published('d'), [['p1', { lamp: { level: 30 } }]]);
    assert.deepEqual(sent.outcomes, ['sent']);
  });

  it('ends the use of one stream when another can not be had', async () => {
    const { channel, send, uses } = startActions(0);
    const sent = send(30, { targets: [desk, { ...desk, company: 'nowhere' }] });
    await settle();
    assert.match(sent.error?.message ?? '', /no such company/);
    assert.equal(channel.published.length, 0);
    assert.equal(uses(), 0);
  });

  it('is replaced if all ports are, and sent with those that were not', async () => {
    const { channel, send } = startActions(0);
    channel.isOpen = false;
    const wholly = send(10);
    const partly = send(20, { targets: [desk, shelf] });
    const newest = send(30);
    channel.open();
    await settle();
    assert.deepEqual(wholly.outcomes, ['replaced']);
    assert.deepEqual(partly.outcomes, ['sent']);
    assert.equal(partly.results.length, 1);
    assert.deepEqual(newest.outcomes, ['sent']);
  });

  it('fails as a whole where a port fails, with the most telling error and the ports by name', async () => {
    const { channel, send } = startActions();
    const targets = ['p1', 'p2', 'p3'].map((port) => ({ ...desk, port }));
    const sent = send(10, { targets });
    channel.inFlight[0]?.acknowledge();
    channel.inFlight[0]?.fail(new Error('lost'));
    channel.inFlight[0]?.fail(new OchnoError('OCHNO_REFUSED', 'The broker said no', { cause: 'policy' }));
    await settle();
    assert.deepEqual(sent.outcomes, ['OCHNO_REFUSED']);
    assert.equal(sent.error?.message, 'The broker said no (2 of 3 ports failed: "p2", "p3")');
    assert.equal(sent.error?.cause, 'policy');
  });

  it('ends with its signal and no other, and leaves nothing on either', async () => {
    const { channel, clock, send } = startActions(0);
    const [owner, other] = [new AbortController(), new AbortController()];
    channel.isOpen = false;
    const targets = Array.from({ length: 50 }, (_, index) => ({ ...desk, port: `p${index}` }));
    const sent = send(1, { targets, signal: owner.signal });
    const unharmed = send(1, { targets: [{ ...desk, port: 'other' }], signal: other.signal });
    assert.equal(getEventListeners(owner.signal, 'abort').length, 1);
    owner.abort();
    const late = send(1, { signal: owner.signal });
    await settle();
    assert.deepEqual([sent.outcomes, late.outcomes], [['OCHNO_CLOSED'], ['OCHNO_CLOSED']]);
    channel.open();
    await settle();
    assert.deepEqual(unharmed.outcomes, ['sent']);
    assert.equal(channel.published.length, 1);
    for (const { signal } of [owner, other]) assert.equal(getEventListeners(signal, 'abort').length, 0);
    assert.equal(clock.timers, 0);
  });

  it('gives everything its outcome within a second of closing', async () => {
    const { actions, channel, clock, ports, send, uses } = startActions();
    ports.answer = () => new Promise(() => undefined);
    const all = [
      send(1),
      send('+5', { targets: [shelf] }),
      send({ level: 50, transition: 60 }, { targets: [{ ...desk, port: 'p3' }] }),
      send(2, { targets: [{ ...desk, port: 'p4' }], confirm: true }),
    ];
    await settle();
    channel.isOpen = false;
    all.push(send(9, { targets: [{ ...desk, port: 'p5' }] }));
    const closed = actions.close();
    await clock.advance(1_000);
    await closed;
    for (const { outcomes } of all) assert.deepEqual(outcomes, ['OCHNO_CLOSED']);
    assert.deepEqual(ports.subscriptions, 0);
    assert.equal(uses(), 0);
    assert.equal(clock.timers, 0);
    await assert.rejects(
      actions.send({ targets: [desk], command: 'lamp', value: 1, confirm: false, timeoutMs: 1_000 }),
      { code: 'OCHNO_CLOSED' },
    );
    await actions.close();
  });

  it('goes on with a stream that took the place of another', async () => {
    const { channel, renewStream, send } = startActions(0);
    send(1);
    await settle();
    const renewed = renewStream('c');
    const sent = send(2);
    await settle();
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.equal(renewed.published.length, 1);
    assert.equal(channel.listeners, 0);
  });
});
