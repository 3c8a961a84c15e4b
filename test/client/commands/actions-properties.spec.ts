import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { desk, type Sent, startActions } from '../../support/fake-account';
import { settle } from '../../support/fake-clock';
import { mostInOneSecond } from '../../support/fake-publish-channel';

const level = fc.integer({ min: 0, max: 100 });
const relative = fc.integer({ min: -60, max: 60 }).map((delta) => (delta < 0 ? `${delta}` : `+${delta}`));
const plainValue = fc.oneof(level, relative, fc.constantFrom('on', 'off', 'toggle', true, false));
const fade = fc.record({ level, transition: fc.constantFrom(0.3, 1, 4) });
const otherValue = fc.oneof(
  fade,
  fc.record({ level, temp: fc.integer({ min: 2700, max: 5700 }), red: fc.integer({ min: 0, max: 255 }) }),
  fc.constantFrom<unknown>(null, 'bright', { level: 300 }),
);

const command = fc.record({
  do: fc.constant('send' as const),
  value: fc.oneof({ weight: 3, arbitrary: plainValue }, { weight: 1, arbitrary: otherValue }),
  ports: fc.subarray(['p1', 'p2', 'p3'], { minLength: 1 }),
  confirm: fc.boolean(),
  timeoutMs: fc.integer({ min: 1, max: 6_000 }),
  owner: fc.nat(1),
});
const happening = fc.oneof(
  { weight: 6, arbitrary: command },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_500 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('event' as const), port: fc.constantFrom('p1', 'p2'), level }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lose', 'open', 'gap', 'REST fails', 'REST works') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), owner: fc.nat(1) }) },
);

function someOf<Item>(item: fc.Arbitrary<Item>): fc.Arbitrary<Item[]> {
  return fc.array(item, { minLength: 1, maxLength: 30 });
}

function shows(lamp: object): unknown {
  return { data: { device: { lamp } } };
}

describe('Actions, whatever happens', () => {
  it('gives every command one outcome and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 50 }), async (happenings) => {
        const { actions, channel, clock, ports, send, uses } = startActions();
        ports.answer = () => shows({ level: 20 });
        const followed = actions.follow(desk);
        const owners = [new AbortController(), new AbortController()];
        const all: Sent[] = [];
        for (const each of happenings) {
          if (each.do === 'send') {
            const { value, confirm, timeoutMs, owner } = each;
            const targets = each.ports.map((port) => ({ ...desk, port }));
            all.push(send(value, { targets, confirm, timeoutMs, signal: owners[owner]?.signal }));
          } else if (each.do === 'wait') await clock.advance(each.ms);
          else if (each.do === 'answer') channel.inFlight[each.which]?.acknowledge();
          else if (each.do === 'event') ports.event({ ...desk, port: each.port }, shows({ level: each.level }));
          else if (each.do === 'lose') channel.lose();
          else if (each.do === 'open') channel.open();
          else if (each.do === 'gap') actions.markStale('c');
          else if (each.do === 'REST works') ports.answer = () => shows({ level: 20 });
          else if (each.do === 'abort') {
            owners[each.owner]?.abort();
            owners[each.owner] = new AbortController();
          } else {
            ports.answer = () => {
              throw new OchnoError('OCHNO_NETWORK', 'no network', { retryable: true });
            };
          }
        }
        const closed = actions.close();
        await clock.advance(1_000);
        await closed;
        await settle();
        followed();
        for (const { outcomes } of all) {
          assert.equal(outcomes.length, 1);
          assert.match(outcomes[0] ?? '', /^(sent|replaced|OCHNO_(VALUE|TIMEOUT|REFUSED|CLOSED))$/);
        }
        assert.equal(clock.timers, 0, 'a timer is left');
        assert.equal(ports.subscriptions, 0, 'a subscription is left');
        assert.equal(uses(), 0, 'a stream is still in use');
        assert.ok(mostInOneSecond(channel.published.map(({ atMs }) => atMs)) <= 100);
        assert.ok(channel.published.every(({ topic }) => /^\/action\/c\/l\/h\/p[123]$/.test(topic)));
      }),
      { numRuns: 150 },
    );
  });

  it('brings a lamp to where its commands lead, whatever the delays of broker, lamp and REST', async () => {
    const pauseMs = fc.constantFrom(0, 0, 5, 40, 300, 2_000);
    const heard = fc.record({
      isHeard: fc.constant(true),
      commands: someOf(fc.record({ value: plainValue, pauseMs })),
    });
    // Without an event the level before the first command may never be known, so nothing can come back to it.
    const value = fc.oneof(level, relative, fc.constant('off'));
    const unheard = fc.record({ isHeard: fc.constant(false), commands: someOf(fc.record({ value, pauseMs })) });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(heard, unheard),
        level,
        fc.nat(60),
        fc.nat(500),
        fc.nat(300),
        async ({ isHeard, commands }, startLevel, acknowledgedMs, obeysMs, readMs) => {
          const { actions, channel, clock, ports, send } = startActions(acknowledgedMs);
          let lampLevel = startLevel;
          const publish = channel.publish.bind(channel);
          channel.publish = (topic, payload) => {
            clock.after(obeysMs, () => {
              lampLevel = JSON.parse(payload).data.device.lamp.level;
              ports.event(desk, shows({ level: lampLevel }));
            });
            return publish(topic, payload);
          };
          ports.answer = () =>
            new Promise((resolve) => {
              clock.after(readMs, () => resolve(shows({ level: lampLevel })));
            });
          actions.follow(desk);
          if (isHeard) ports.event(desk, shows({ level: startLevel }));
          const model = { level: startLevel, lastLit: startLevel > 0 ? startLevel : 100 };
          for (const { value, pauseMs } of commands) {
            send(value);
            model.level = modelLevel(value, model);
            if (model.level > 0) model.lastLit = model.level;
            await clock.advance(pauseMs);
          }
          await clock.advance(10_000);
          assert.equal(lampLevel, model.level);
        },
      ),
      { numRuns: 200 },
    );
  });
});

function modelLevel(value: number | string | boolean, lamp: { level: number; lastLit: number }): number {
  if (typeof value === 'number') return value;
  if (value === 'off' || value === false) return 0;
  if (value === 'on' || value === true) return lamp.level > 0 ? lamp.level : lamp.lastLit;
  if (value === 'toggle') return lamp.level > 0 ? 0 : lamp.lastLit;
  return Math.min(100, Math.max(0, lamp.level + Number(value)));
}
