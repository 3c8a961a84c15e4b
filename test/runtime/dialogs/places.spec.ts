import assert from 'node:assert/strict';
import { readPlaces, shownPlaces } from '../../../nodes/runtime/dialogs/places';
import { FakeAccount } from '../fake-account';

describe('reading places', () => {
  const nowMs = Date.UTC(2025, 0, 1);
  const answering = (lists: Readonly<Record<string, unknown>>): FakeAccount => {
    const fake = new FakeAccount();
    fake.answerLists(lists);
    return fake;
  };

  it('tells the pickers what they show of a port, without its whole state', async () => {
    const device = { manufacturer: 'Ochno', product: 'Lamp', lamp: { level: 5 } };
    const place = { hubId: 'h', locationId: 'l', floorPlanId: 'f' };
    const ports = [
      { id: 7, name: '<b>"Åäö"</b>', ...place, data: { t: nowMs - 60_000, device, power: { watt: 3 } } },
      { id: 8, ...place, data: { connected: false } },
    ];
    const found = await readPlaces(answering({ companies: [{ id: 'c', name: 'ACME' }], ports }), 'c', () => nowMs);
    const read = shownPlaces(found);
    assert.deepEqual(read.companies, [{ id: 'c', name: 'ACME' }]);
    assert.deepEqual(read.ports, [
      {
        id: '7',
        name: '<b>"Åäö"</b>',
        hub: 'h',
        location: 'l',
        floorPlan: 'f',
        online: false,
        device: 'Ochno Lamp',
        lamp: { level: 5 },
      },
      { id: '8', name: '', hub: 'h', location: 'l', floorPlan: 'f', online: false, device: '' },
    ]);
  });

  it('reads the companies alone where none is named', async () => {
    const fake = answering({ companies: [{ id: 'c' }] });
    const { companies, ports } = await readPlaces(fake, '', () => nowMs);
    assert.deepEqual([companies.length, ports.length, fake.requests.length], [1, 0, 1]);
  });
});
