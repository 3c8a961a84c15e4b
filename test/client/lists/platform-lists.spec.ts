import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PlatformLists } from '../../../src/client/lists/platform-lists';
import type { RestRequest, RestResponse } from '../../../src/client/rest/rest-request';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

const nowMs = Date.UTC(2025, 0, 1);
const minuteMs = 60_000;
const place = { hubId: 'h', locationId: 'l', companyId: 'c' };

/** The lists of a platform that answers with `bodies`, by resource; a resource without a body is an empty list. */
function platform(bodies: Record<string, unknown>) {
  const clock = new FakeClock(nowMs);
  const log = new LogLines();
  const asked: string[] = [];
  const request = async ({ method, path }: RestRequest): Promise<RestResponse> => {
    const resource = path.replace('/api/', '');
    asked.push(resource);
    const body = bodies[resource] ?? [];
    if (body instanceof Error) throw body;
    return { statusCode: body === '' ? 204 : 200, headers: {}, body, method, path };
  };
  return { clock, log, asked, bodies, lists: new PlatformLists({ request, clock, random: () => 0.5, log }) };
}

describe('the platform’s lists', () => {
  it('A11: leaves out an id that no topic can hold, names it once, and reads numbers as their digits', async () => {
    const companies = [{ id: 'ACME/West', name: 'West' }, { id: 17, name: 'Seventeen' }, { id: ' c ' }, 'what', null];
    const { lists, log } = platform({ companies });
    const read = (): Promise<unknown> => lists.companies({ maxAgeMs: 0 });
    assert.deepEqual(await read(), [
      { id: '17', name: 'Seventeen' },
      { id: 'c', name: '' },
    ]);
    await read();
    assert.equal(log.lines.length, 1);
    assert.match(log.at('warn').join(), /ACME\/West/);
  });

  it('C16: takes an answer without a body for an empty list, and one that is not a list for an error', async () => {
    const { lists, bodies } = platform({ companies: '' });
    assert.deepEqual(await lists.companies({ maxAgeMs: 0 }), []);
    bodies.companies = { items: [] };
    await assert.rejects(lists.companies({ maxAgeMs: 0 }), { code: 'OCHNO_HTTP' });
  });

  it('reads a list once for all who ask, and anew for who wants it younger', async () => {
    const { lists, clock, asked } = platform({ ports: [{ id: 'p', ...place }] });
    const all = [lists.ports('c', { maxAgeMs: minuteMs }), lists.places('c', { maxAgeMs: 10 * minuteMs })];
    await Promise.all(all);
    assert.deepEqual(asked.sort(), ['floorPlans', 'hubs', 'locations', 'ports']);
    await clock.advance(2 * minuteMs);
    await lists.places('c', { maxAgeMs: 10 * minuteMs });
    assert.equal(asked.length, 4);
    await lists.ports('c', { maxAgeMs: minuteMs });
    assert.deepEqual(asked.slice(4), ['ports']);
  });

  it('knows without asking what was read last', async () => {
    const { lists, asked } = platform({
      locations: [{ id: 'l', name: 'Office' }],
      hubs: [{ id: 'h', name: 'Hub', locationId: 'l' }],
      ports: [{ id: 1, name: 'Desk', hubId: 'h' }],
    });
    assert.deepEqual([lists.knownCompanies(), lists.known('c').readAt], [undefined, {}]);
    await lists.places('c', { maxAgeMs: 0 });
    const before = asked.length;
    const known = lists.known('c');
    const address = { location: 'l', hub: 'h', port: '1' };
    const names = [known.location('l')?.name, known.hub(address)?.name, known.port(address)?.name];
    assert.deepEqual(names, ['Office', 'Hub', 'Desk']);
    assert.equal(known.readAt.ports, nowMs);
    assert.equal(known, lists.known('c'));
    assert.equal(asked.length, before);
  });

  it('finds ports without floor plans, if the account may not read those', async () => {
    const floorPlans = new OchnoError('OCHNO_HTTP', 'forbidden', { statusCode: 403 });
    const { lists } = platform({ floorPlans, ports: [{ id: 'p', ...place }] });
    const places = await lists.places('c', { maxAgeMs: 0 });
    assert.deepEqual([places.floorPlans, places.ports.map(({ id }) => id)], [[], ['p']]);
  });

  it('tells what is plugged in, and counts a port as online that was heard from in the last five minutes', async () => {
    const device = { manufacturer: 'Ochno', product: 'Lamp', lamp: { level: 5, on: true } };
    const data = [
      { t: nowMs - minuteMs, connected: true, device },
      { t: nowMs - 6 * minuteMs, connected: false, device },
      { device: { types: ['sensor', 'button'], subtypes: ['hcllamp'] } },
      { device: { voltage: 5, fan: { target1: 40 }, lamp: { level: 3 } } },
      { lamp: { level: '3' } },
      undefined,
    ];
    const { lists } = platform({ ports: data.map((item, index) => ({ id: index, ...place, data: item })) });
    const ports = await lists.ports('c', { maxAgeMs: 0 });
    assert.deepEqual(
      ports.map(({ online, device: name, isLamp, lamp }) => [online, name, isLamp, lamp]),
      [
        [true, 'Ochno Lamp', true, { level: 5 }],
        [false, '', false, undefined],
        [false, 'sensor, button, hcllamp', true, undefined],
        [false, 'fan, lamp', true, { level: 3 }],
        [false, 'lamp', true, { level: 3 }],
        [false, '', false, undefined],
      ],
    );
  });

  it('B5: tells apart ports of one number on two hubs, and makes up no place for one without a hub', async () => {
    const ports = [
      { id: 1, name: 'left', hubId: 'a', locationId: 'l' },
      { id: 1, name: 'right', hubId: 'b', locationId: 'l' },
      { id: 2, name: 'lost', locationId: 'l' },
      { id: 3, name: 'elsewhere', hubId: 'x' },
      { id: 4, name: 'of another company', ...place, companyId: 'd' },
    ];
    const { lists, log } = platform({ ports, hubs: [{ id: 'a', locationId: 'l' }] });
    const read = await lists.ports('c', { maxAgeMs: 0 });
    assert.deepEqual(
      read.map(({ hub, id, name }) => [hub, id, name]),
      [
        ['a', '1', 'left'],
        ['b', '1', 'right'],
      ],
    );
    assert.deepEqual(
      ['"2" names no hub', '"3" of the hub "x" has no location'].map((said) => log.at('warn').join().includes(said)),
      [true, true],
    );
  });

  it('A15: reads a list of very many ports in slices', async () => {
    let seen = 0;
    const rows = Array.from({ length: 10_000 }, (_, id) => ({
      ...{ id, ...place },
      get name() {
        seen += 1;
        return '';
      },
    }));
    const { lists } = platform({ ports: rows });
    let isRead = false;
    const reading = lists.ports('c', { maxAgeMs: 0 }).finally(() => {
      isRead = true;
    });
    for (let before = 0; !isRead; before = seen) {
      await nextTurn();
      assert.ok(seen - before <= 1_000, `${seen - before} in one turn`);
    }
    assert.equal((await reading).length, 10_000);
  });

  it('forgets the companies used longest ago rather than keep more than a hundred thousand ports', async () => {
    const ports = Array.from({ length: 60_000 }, (_, id) => ({ id, hubId: 'h', locationId: 'l' }));
    const { lists } = platform({ ports });
    await lists.ports('first', { maxAgeMs: 0 });
    await lists.ports('second', { maxAgeMs: 0 });
    assert.deepEqual([lists.known('first').ports.length, lists.known('second').ports.length], [0, 60_000]);
  });

  it('has all ports of each company though others are read at the same time that are more than it keeps', async () => {
    const ports = Array.from({ length: 51_000 }, (_, id) => ({ id, hubId: 'h', locationId: 'l' }));
    const { lists, asked } = platform({ ports });
    const read = await Promise.all(['a', 'b', 'c'].map((company) => lists.ports(company, { maxAgeMs: 60_000 })));
    assert.deepEqual(
      read.map(({ length }) => length),
      [51_000, 51_000, 51_000],
    );
    assert.equal(asked.length, 3);
  });
});

describe('the snapshot of a company’s ports', () => {
  const snapshot = async (ports: unknown, lists: Record<string, unknown> = {}) =>
    platform({ ports, ...lists }).lists.snapshot('c');

  it('has the shape of the ports’ events', async () => {
    const [event] = await snapshot([{ id: 'p', ...place, data: { t: 5, device: { lamp: { level: 10 } } } }]);
    assert.deepEqual(event, {
      topic: '/ports/c/l/h/p',
      address: { company: 'c', location: 'l', hub: 'h', port: 'p' },
      data: { id: 'h', t: 5, data: { portId: 'p', t: 5, device: { lamp: { level: 10 } } } },
      receivedAt: nowMs,
      kind: 'snapshot',
    });
  });

  it('says nothing of a port whose state is null, its name and ids least of all', async () => {
    const [event] = await snapshot([{ id: 'p', name: 'Desk', ...place, data: null }]);
    assert.deepEqual(event?.data, { id: 'h', data: { portId: 'p' } });
  });

  it('finds a port’s location by its hub if the port does not say', async () => {
    const [event] = await snapshot([{ id: 'p', hubId: 'h' }], { hubs: [{ id: 'h', locationId: 'l' }] });
    assert.equal(event?.topic, '/ports/c/l/h/p');
  });

  it('is what the ports that say where they are show, if the hubs can’t be read', async () => {
    const hubs = new OchnoError('OCHNO_HTTP', 'forbidden');
    const events = await snapshot(
      [
        { id: 'p', ...place },
        { id: 'q', hubId: 'h' },
      ],
      { hubs },
    );
    assert.deepEqual(
      [...events].map(({ topic }) => topic),
      ['/ports/c/l/h/p'],
    );
  });
});
