import assert from 'node:assert/strict';
import { readPlaces } from '../../../nodes/runtime/dialogs/places';
import { ShortCache } from '../../../nodes/runtime/dialogs/short-cache';
import { FakeAccount } from '../fake-account';

describe('reading places', () => {
  const nowMs = Date.UTC(2025, 0, 1);
  const answering = (lists: Readonly<Record<string, unknown>>): FakeAccount => {
    const fake = new FakeAccount();
    fake.answerRequest = async ({ method, path }) => ({
      statusCode: 200,
      headers: {},
      body: lists[path.replace('/api/', '')] ?? [],
      method,
      path,
    });
    return fake;
  };

  it('passes over items that are none, and takes names as they are', async () => {
    const companies = [null, 5, { name: 'no id' }, { id: 'c', name: '<b>"Åäö"</b>' }, { id: 7 }];
    const { companies: read } = await readPlaces(answering({ companies }), '', () => nowMs);
    assert.deepEqual(read, [
      { id: 'c', name: '<b>"Åäö"</b>' },
      { id: '7', name: '' },
    ]);
    assert.deepEqual((await readPlaces(answering({ companies: 'what' }), '', () => nowMs)).companies, []);
  });

  it('tells what is plugged in, and counts a port as online that was heard from in the last five minutes', async () => {
    const port = (data: unknown) => ({ id: 'p', name: 'Desk', hubId: 'h', locationId: 'l', floorPlanId: 'f', data });
    const device = { manufacturer: 'Ochno', product: 'Lamp', lamp: { level: 5, on: true } };
    const ports = [
      port({ t: nowMs - 60_000, connected: true, device }),
      port({ t: nowMs - 6 * 60_000, connected: false, device }),
      port({ device: { types: ['sensor', 'button'] } }),
      port(undefined),
      { ...port({}), companyId: 'another' },
    ];
    const read = await readPlaces(answering({ ports }), 'c', () => nowMs);
    assert.deepEqual(
      read.ports.map(({ online, device: name, lamp }) => [online, name, lamp]),
      [
        [true, 'Ochno Lamp', { level: 5 }],
        [false, '', { level: 5 }],
        [false, 'sensor, button', undefined],
        [false, '', undefined],
      ],
    );
    assert.deepEqual([read.ports[0]?.hub, read.ports[0]?.location, read.ports[0]?.floorPlan], ['h', 'l', 'f']);
  });
});

describe('a short cache', () => {
  it('remembers for its time, asks once for all who wait, and forgets failures', async () => {
    let nowMs = 0;
    let asked = 0;
    const cache = new ShortCache<number>(30_000, () => nowMs);
    const find = async (): Promise<number> => {
      asked += 1;
      if (asked === 3) throw new Error('failed');
      return asked;
    };
    assert.deepEqual(await Promise.all([cache.get('a', false, find), cache.get('a', false, find)]), [1, 1]);
    assert.equal(await cache.get('a', true, find), 2);
    nowMs = 30_000;
    await assert.rejects(cache.get('a', false, find), /failed/);
    assert.equal(await cache.get('a', false, find), 4);
  });
});
