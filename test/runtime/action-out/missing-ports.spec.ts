import assert from 'node:assert/strict';
import { MissingPorts } from '../../../nodes/runtime/action-out/missing-ports';
import type { RuntimeNode, Status } from '../../../nodes/runtime/node-red';
import { connected } from '../../../nodes/runtime/status/status';
import { StatusLight } from '../../../nodes/runtime/status/status-light';
import { PlatformLists } from '../../../src/client/lists/platform-lists';
import { silentLogger } from '../../../src/client/logger';
import { FakeClock, settle } from '../../support/fake-clock';

const desk = { company: 'c', location: 'l', hub: 'h', port: 'p1' };
const row = (data: object): object => ({ id: 'p1', hubId: 'h', locationId: 'l', data });
const lamp = row({ connected: true, device: { types: ['lamp'], subtypes: ['hcllamp'] } });
const sensor = row({ connected: true, device: { manufacturer: 'Glimma', types: ['sensor'] } });
const nothing = row({ connected: false });

/** A connected node that sends to the desk, and a platform that lists `rows`. */
function start(command: 'lamp' | 'device' = 'lamp') {
  const clock = new FakeClock();
  const shown: (Status & { code?: string })[] = [];
  const state = { rows: [] as readonly object[], reads: 0, isOut: false };
  const node: Pick<RuntimeNode, 'type' | 'status'> = {
    type: 'ochno-action-out',
    status: (status: string | Status) => {
      if (typeof status === 'object') shown.push(status);
    },
  };
  const light = new StatusLight(node as RuntimeNode, clock);
  light.connection(connected);
  const lists = new PlatformLists({
    request: async ({ method, path }) => {
      state.reads += 1;
      if (state.isOut) throw new Error('out of order');
      return { statusCode: 200, headers: {}, body: state.rows, method, path };
    },
    clock,
    random: Math.random,
    log: silentLogger,
  });
  const missing = new MissingPorts({ lists }, { light, command, clock });
  const shows = async (): Promise<string | undefined> => {
    await settle();
    await clock.advance(1_000);
    const { fill, code } = shown.at(-1) ?? {};
    return `${fill} ${code}`;
  };
  return { clock, state, missing, light, shows, shown };
}

describe('what is missing at the ports of an action-out', () => {
  for (const [what, rows, expected] of [
    ['the port', [{ ...lamp, id: 'p2' }], 'yellow no port'],
    ['anything plugged in', [nothing], 'yellow no device'],
    ['a lamp, where a sensor is plugged in', [sensor], 'yellow no device'],
    ['nothing', [lamp], 'green connected'],
    ['what the list does not tell of', [row({})], 'green connected'],
    ['what an account without any port can not know', [], 'green connected'],
  ] as const) {
    it(`B8: is said in yellow before the first message: ${what}`, async () => {
      const { missing, shows, state } = start();
      state.rows = rows;
      missing.look([desk]);
      assert.equal(await shows(), expected);
      missing.end();
    });
  }

  it('B8: tells a sensor from nothing in words', async () => {
    const { missing, shows, shown, state } = start();
    state.rows = [sensor];
    missing.look([desk]);
    await shows();
    assert.match(shown.at(-1)?.text ?? '', /status\.no lamp$/);
    missing.end();
  });

  it('is not a lamp where another device is commanded', async () => {
    const { missing, shows, state } = start('device');
    state.rows = [sensor];
    missing.look([desk]);
    assert.equal(await shows(), 'green connected');
    missing.end();
  });

  it('B8: is said again after a message, and no longer once it is there', async () => {
    const { clock, missing, shows, light, state } = start();
    state.rows = [nothing];
    missing.look([desk]);
    await shows();
    light.begin();
    light.end();
    missing.look([desk]);
    assert.equal(await shows(), 'yellow no device');
    state.rows = [lamp];
    await clock.advance(60_000);
    missing.look([desk]);
    assert.equal(await shows(), 'green connected');
    missing.end();
    assert.equal(clock.timers, 0);
  });

  it('B8: is looked for anew without a message, too', async () => {
    const { clock, missing, shows, state } = start();
    state.rows = [nothing];
    missing.look([desk]);
    await shows();
    state.rows = [lamp];
    await clock.advance(11 * 60_000);
    assert.equal(await shows(), 'green connected');
    missing.end();
    assert.equal(clock.timers, 0);
  });

  it('costs no more than a read in ten minutes if all is well, however many messages come', async () => {
    const { clock, missing, state } = start();
    state.rows = [lamp];
    for (let second = 0; second < 590; second += 1) {
      missing.look([desk]);
      await clock.advance(1_000);
    }
    assert.equal(state.reads, 1);
    missing.end();
  });

  it('is not known while the lists can not be read, and tried again', async () => {
    const { clock, missing, shows, state } = start();
    state.isOut = true;
    state.rows = [nothing];
    missing.look([desk]);
    assert.equal(await shows(), 'green connected');
    state.isOut = false;
    await clock.advance(61_000);
    assert.equal(await shows(), 'yellow no device');
    missing.end();
    await settle();
    assert.equal(clock.timers, 0);
  });
});
