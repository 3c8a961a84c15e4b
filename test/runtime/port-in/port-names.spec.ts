import assert from 'node:assert/strict';
import { NameBook } from '../../../nodes/runtime/port-in/port-names';
import { PlatformLists } from '../../../src/client/lists/platform-lists';
import { silentLogger } from '../../../src/client/logger';
import type { RestRequest } from '../../../src/client/rest/rest-request';
import { FakeClock, settle } from '../../support/fake-clock';

const address = { company: 'c1', location: 'l1', hub: 'h1', port: 'p1' };
const device = { manufacturer: 'Acme', product: 'Lamp' };

describe('the names of ports', () => {
  let clock: FakeClock;
  let requests: RestRequest[];
  let rows: Record<string, object[]>;
  let book: NameBook;

  beforeEach(() => {
    clock = new FakeClock();
    requests = [];
    rows = {
      companies: [{ id: 'c1', name: 'Goople' }],
      locations: [{ id: 'l1', name: 'Malmö' }],
      hubs: [{ id: 'h1', name: 'Desk 12', locationId: 'l1' }],
      ports: [{ id: 'p1', name: 'Left', hubId: 'h1', locationId: 'l1', data: { connected: true, device } }],
    };
    const request = async (asked: RestRequest) => {
      requests.push(asked);
      const body = rows[asked.path.slice('/api/'.length)];
      return { statusCode: 200, headers: {}, body: body ?? [], method: asked.method, path: asked.path };
    };
    const lists = new PlatformLists({ request, clock, random: () => 0, log: silentLogger });
    book = new NameBook(lists, () => clock.monotonicMs());
  });

  it('come from the lists, once they have been read; no event waits for them', async () => {
    assert.deepEqual(book.namesOf({ address, data: {} }), {});
    await settle();
    const named = { company: 'Goople', location: 'Malmö', hub: 'Desk 12', port: 'Left' };
    assert.deepEqual(book.namesOf({ address, data: {} }), { ...named, device: 'Acme Lamp' });
    const count = requests.length;
    for (let event = 0; event < 100; event += 1) book.namesOf({ address, data: {} });
    await settle();
    assert.equal(requests.length, count);
  });

  it('leave out what is not known', async () => {
    rows.hubs = [{ id: 'h1', locationId: 'l1' }];
    book.keepRead('c1');
    await settle();
    assert.deepEqual(book.namesOf({ address: { ...address, port: 'p9' }, data: {} }), {
      company: 'Goople',
      location: 'Malmö',
    });
    assert.deepEqual(book.namesOf({ address: { ...address, company: 'c2' }, data: {} }), {});
  });

  it('take what the event itself says of the device before what a list said', async () => {
    book.keepRead('c1');
    await settle();
    const deviceAfter = (data: object): unknown => book.namesOf({ address, data: { data } }).device;
    assert.equal(deviceAfter({ device: { manufacturer: 'Other', product: 'Laptop' } }), 'Other Laptop');
    assert.equal(deviceAfter({ connected: false }), undefined);
    assert.equal(deviceAfter({ device: { lamp: { level: 3 } } }), 'Acme Lamp');
  });

  it('are read again, so that a renamed room is called by its new name', async () => {
    book.keepRead('c1');
    await settle();
    rows.locations = [{ id: 'l1', name: 'Lund' }];
    await clock.advance(11 * 60_000);
    book.namesOf({ address, data: {} });
    await settle();
    assert.equal(book.namesOf({ address, data: {} }).location, 'Lund');
  });

  it('are read again soon after a failure', async () => {
    const failing = new PlatformLists({
      request: async () => {
        requests.push({ method: 'GET', path: '/' });
        throw new Error('gone');
      },
      ...{ clock, random: () => 0, log: silentLogger },
    });
    book = new NameBook(failing, () => clock.monotonicMs());
    assert.deepEqual(book.namesOf({ address, data: {} }), {});
    await settle();
    const first = requests.length;
    await clock.advance(30_000);
    book.namesOf({ address, data: {} });
    assert.equal(requests.length, first);
    await clock.advance(40_000);
    book.namesOf({ address, data: {} });
    await settle();
    assert.ok(requests.length > first);
  });
});
