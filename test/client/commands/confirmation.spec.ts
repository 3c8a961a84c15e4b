import assert from 'node:assert/strict';
import { Confirmation } from '../../../src/client/commands/confirmation';
import { LampStates } from '../../../src/client/commands/lamp-states';
import { type Action, deviceAction, lampAction } from '../../../src/protocol/lamp/action';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakePorts } from '../../support/fake-ports';

const desk = { company: 'c', location: 'l', hub: 'h', port: 'p1' };
const shows = (lamp: object): unknown => ({ id: 'h', data: { portId: 'p1', device: { lamp } } });

function start(action: Action = lampAction(desk, { level: 50, temp: 3000 })) {
  const clock = new FakeClock();
  const ports = new FakePorts();
  const lamps = new LampStates(ports, clock);
  const confirmation = new Confirmation(action, lamps);
  let ended: string | undefined;
  const outcome = (timeoutMs = 30_000): void => {
    const limits = { clock, deadlineMs: clock.monotonicMs() + timeoutMs, signals: [] };
    confirmation.outcome(limits, undefined).then(
      (how) => {
        ended = how;
      },
      (error) => {
        ended = error instanceof OchnoError ? `${error.code}: ${error.message}` : String(error);
      },
    );
  };
  confirmation.ended.then((how) => {
    ended ??= how;
  });
  const hear = async (data: unknown): Promise<boolean> => {
    ports.event(desk, data);
    await settle();
    return ended !== undefined;
  };
  return { clock, ports, lamps, confirmation, hear, outcome, ended: () => ended };
}

/** What is confirmed here is about to leave. */
function leaving(lamps: LampStates) {
  return lamps.sending(desk, lampAction(desk, { level: 50, temp: 3000 }).envelope, false);
}

describe('Confirmation', () => {
  it('comes with an event that shows the values, whatever else it holds', async () => {
    const { confirmation, hear } = start();
    confirmation.start();
    assert.equal(await hear({ data: { device: { lamp: { level: 48, temp: 3000 } } } }), false);
    assert.equal(await hear({ t: 1, data: { device: { lamp: { level: 50, temp: 3000, red: 1 }, voltage: 5 } } }), true);
  });

  it('does not wait for what a newer command sets', async () => {
    const { confirmation, hear } = start();
    confirmation.start();
    assert.equal(await hear({ data: { device: { lamp: { level: 50, temp: 3500 } } } }), false);
    confirmation.narrow(['lamp.temp']);
    await settle();
    assert.equal(await hear({}), true);
    assert.deepEqual(confirmation.properties, ['lamp.level'], 'a newer command for the level leaves nothing');
    const other = start();
    other.confirmation.start();
    other.confirmation.narrow(['lamp.temp']);
    assert.equal(await other.hear({ data: { device: { lamp: { temp: 3000 } } } }), false);
    assert.equal(await other.hear({ data: { device: { lamp: { level: 50 } } } }), true);
  });

  it('needs no event of what the lamp had before, beside one of what it had not', async () => {
    const { ports, lamps, confirmation, hear } = start();
    ports.event(desk, shows({ level: 20, temp: 3000 }));
    const note = leaving(lamps);
    confirmation.start();
    note?.published();
    note?.acknowledged();
    assert.equal(await hear(shows({ level: 35 })), false);
    assert.equal(await hear(shows({ level: 50 })), true);
  });

  it('is not found in what the port said before', async () => {
    const { lamps, confirmation, hear } = start();
    assert.equal(await hear({ lamp: { level: 50, temp: 3000 } }), false);
    leaving(lamps)?.published();
    confirmation.start();
    assert.equal(await hear({ lamp: { temp: 3000 } }), false);
    assert.equal(await hear({ lamp: { level: 50 } }), true);
  });

  it('takes nothing together of a lamp that was unplugged in between', async () => {
    const { confirmation, hear } = start();
    confirmation.start();
    assert.equal(await hear({ data: { device: { lamp: { level: 50 } } } }), false);
    assert.equal(await hear({ data: { connected: false } }), false);
    assert.equal(await hear({ data: { connected: true, device: { lamp: { temp: 3000 } } } }), false);
    assert.equal(await hear({ data: { device: { lamp: { level: 50 } } } }), true);
  });

  it('takes events together that each show a part, the newest last', async () => {
    const { confirmation, hear } = start();
    confirmation.start();
    assert.equal(await hear({ data: { device: { lamp: { level: 50 } } } }), false);
    assert.equal(await hear({ data: { device: { lamp: { level: 20 } } } }), false);
    assert.equal(await hear({ data: { device: { lamp: { temp: 3000 } } } }), false);
    assert.equal(await hear({ data: { device: { lamp: { level: 50 } } } }), true);
  });

  it('bears events of any shape', async () => {
    const { confirmation, hear } = start();
    confirmation.start();
    let deep: unknown = 1;
    for (let depth = 0; depth < 400; depth += 1) deep = { deep };
    for (const data of [null, 'text', [1], deep, deep, { lamp: null }]) assert.equal(await hear(data), false);
    assert.equal(await hear({ lamp: { level: 50, temp: 3000 } }), true);
  });

  it('listens until it is stopped', async () => {
    const { ports, confirmation } = start();
    assert.equal(ports.subscriptions, 1);
    await confirmation.ready;
    confirmation.stop();
    assert.equal(ports.subscriptions, 0);
  });

  for (const [what, lamp] of [
    ['has the values already', { level: 50, temp: 3000 }],
    ['rounds 50 to 51 and 3000 K to 3003', { level: 51, temp: 3003 }],
    ['tells its numbers as text', { level: '50', temp: '3000' }],
  ] as const) {
    it(`B3: comes from the state read over REST if the port ${what} and sends no event`, async () => {
      const { clock, confirmation, ended, outcome, ports } = start();
      ports.answer = () => shows(lamp);
      confirmation.start();
      outcome();
      await clock.advance(1_000);
      assert.equal(ended(), undefined);
      await clock.advance(2_000);
      assert.equal(ended(), 'acknowledged');
      assert.equal(ports.reads.length, 1);
      assert.equal(clock.timers, 0);
    });
  }

  it('B3: takes the state that was read and what events have said since together', async () => {
    const { clock, confirmation, ended, hear, outcome, ports } = start();
    ports.answer = () => shows({ level: 20, temp: 3000 });
    confirmation.start();
    outcome();
    await hear(shows({ level: 50 }));
    await clock.advance(3_000);
    assert.equal(ended(), 'acknowledged');
  });

  it('B3: comes with an event that shows what the state that was read had not', async () => {
    const fan = { speed: 3, mode: 'auto' };
    const { clock, confirmation, ended, hear, outcome, ports } = start(deviceAction(desk, { fan }));
    ports.answer = () => ({ id: 'p1', data: { device: { fan: { speed: 1, mode: 'auto' } } } });
    confirmation.start();
    outcome();
    await clock.advance(3_000);
    assert.equal(ended(), undefined);
    await hear({ id: 'h', data: { portId: 'p1', device: { fan: { speed: 3 } } } });
    assert.equal(ended(), 'acknowledged');
    assert.equal(ports.reads.length, 1);
  });

  it('B3: takes nothing together of a device that was unplugged after it was read', async () => {
    const { clock, confirmation, ended, hear, outcome, ports } = start(
      deviceAction(desk, { fan: { speed: 3, mode: 'auto' } }),
    );
    ports.answer = () => ({ id: 'p1', data: { device: { fan: { speed: 1, mode: 'auto' } } } });
    confirmation.start();
    outcome();
    await clock.advance(3_000);
    await hear({ data: { connected: false } });
    await hear({ data: { connected: true, device: { fan: { speed: 3 } } } });
    assert.equal(ended(), undefined);
    await hear({ data: { device: { fan: { mode: 'auto' } } } });
    assert.equal(ended(), 'acknowledged');
  });

  it('B3: reads once more before time runs out, for a port that takes its time', async () => {
    const { clock, confirmation, ended, outcome, ports } = start();
    ports.answer = () => shows({ level: ports.reads.length === 1 ? 20 : 50, temp: 3000 });
    confirmation.start();
    outcome();
    await clock.advance(26_000);
    assert.equal(ended(), undefined);
    await clock.advance(2_000);
    assert.equal(ended(), 'acknowledged');
  });

  it('B3: names what the lamp does not have, as soon as it obeys as far as it can', async () => {
    const { clock, confirmation, ended, outcome, ports } = start();
    ports.answer = () => shows({ level: 50 });
    confirmation.start();
    outcome();
    await clock.advance(3_000);
    assert.match(ended() ?? '', /^OCHNO_TIMEOUT: .*it shows no lamp\.temp/);
    assert.equal(clock.timers, 0);
  });

  it('B3: waits for a lamp that shows nothing of what a newer command left to it', async () => {
    const { clock, confirmation, ended, hear, outcome, ports } = start();
    ports.answer = () => ({ id: 'p1', data: { connected: false } });
    confirmation.start();
    confirmation.narrow(['lamp.temp']);
    outcome();
    await clock.advance(3_000);
    assert.equal(ended(), undefined);
    await hear(shows({ level: 50 }));
    assert.equal(ended(), 'acknowledged');
  });

  it('B3: names what differs, also of another device', async () => {
    for (const [action, object, message] of [
      [lampAction(desk, { level: 50 }), shows({ level: 20 }), /lamp\.level is 20, not 50/],
      [
        deviceAction(desk, { fan: { target1: 40 } }),
        { data: { device: { fan: { target1: 5, rpm1: 900 } } } },
        /fan\.target1 is 5, not 40/,
      ],
      [lampAction(desk, { level: 50 }), { id: 'p1', data: { connected: false } }, /it shows no lamp\.level/],
    ] as const) {
      const { clock, confirmation, ended, outcome, ports } = start(action);
      ports.answer = () => object;
      confirmation.start();
      outcome(10_000);
      await clock.advance(10_000);
      assert.match(ended() ?? '', message);
      assert.match(ended() ?? '', /^OCHNO_TIMEOUT/);
      assert.equal(clock.timers, 0);
    }
  });

  it('B3: says why the state could not be read', async () => {
    const { clock, confirmation, ended, outcome, ports } = start();
    ports.answer = () => {
      throw new OchnoError('OCHNO_HTTP', 'There is no such port', { statusCode: 404 });
    };
    confirmation.start();
    outcome(10_000);
    await clock.advance(10_000);
    assert.match(ended() ?? '', /^OCHNO_TIMEOUT.*There is no such port/);
  });

  it('waits on for events when a read takes too long', async () => {
    const { clock, confirmation, ended, hear, outcome, ports } = start();
    ports.answer = () => new Promise(() => undefined);
    confirmation.start();
    outcome(10_000);
    await clock.advance(5_000);
    assert.equal(await hear(shows({ level: 50, temp: 3000 })), true);
    assert.equal(ended(), 'acknowledged');
  });
});
