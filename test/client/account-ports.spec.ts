import assert from 'node:assert/strict';
import { AccountPorts } from '../../src/client/account-ports';
import { CompanyPlaces } from '../../src/client/lists/company-places';
import type { RestRequest } from '../../src/client/rest/rest-request';
import { OchnoError } from '../../src/protocol/ochno-error';
import { readAtOnce, readPorts } from '../../src/protocol/rest/listed-places';
import { ochnoError } from '../support/ochno-errors';

const address = { company: 'c', location: 'l1', hub: 'h1', port: '1' };
const limits = { timeoutMs: 1000, signal: new AbortController().signal };
const lamp = (level: number): object => ({ device: { lamp: { level } } });

/** A platform that answers `/api/ports/1` with one object and lists others. */
function start(object: unknown, rows: readonly unknown[] = [], known: readonly unknown[] = []) {
  const paths: string[] = [];
  const listed = (from: readonly unknown[]) => readAtOnce(readPorts(from, 'c', 0)).items;
  const account = {
    subscribe: () => () => undefined,
    request: async ({ method, path }: RestRequest) => {
      paths.push(path);
      if (object instanceof Error) throw object;
      return { statusCode: 200, headers: {}, body: object, method, path };
    },
    lists: {
      known: (company: string) => new CompanyPlaces(company, { ports: { items: listed(known), readAt: 0 } }),
      ports: async () => {
        paths.push('list');
        return listed(rows);
      },
    },
  };
  const ports = new AccountPorts(account, async () => undefined);
  return { ports, paths };
}

describe('the present state of a port', () => {
  for (const [what, object] of [
    ['says that it is there', { id: '1', hubId: 'h1', locationId: 'l1', data: lamp(40) }],
    ['does not say where it is', { id: '1', data: lamp(40) }],
    ['says its hub only, as an object', { id: 1, hub: { id: 'h1' }, data: lamp(40) }],
  ] as const) {
    it(`is that of the platform’s object if it ${what}`, async () => {
      const { ports, paths } = start(object);
      assert.equal(await ports.readPort(address, limits), object);
      assert.deepEqual(paths, ['/api/ports/1']);
    });
  }

  const there = { id: 1, hubId: 'h1', locationId: 'l1', data: lamp(40) };
  const others = [
    { id: 1, hubId: 'h2', locationId: 'l1', data: lamp(90) },
    { id: 1, hubId: 'h1', locationId: 'l2', data: lamp(80) },
  ];
  for (const [what, object] of [
    ['hub', others[0]],
    ['location', others[1]],
    ['company', { ...there, companyId: 'another' }],
  ] as const) {
    it(`B5: is not that of an object of another ${what}, but that of the port in the list`, async () => {
      const { ports, paths } = start(object, [...others, there]);
      assert.deepEqual(await ports.readPort(address, limits), { id: '1', data: lamp(40) });
      assert.deepEqual(paths, ['/api/ports/1', 'list']);
    });
  }

  it('B5: is not asked for by an id that is known to name several ports', async () => {
    const { ports, paths } = start(others[0], [...others, there], others);
    assert.deepEqual(await ports.readPort(address, limits), { id: '1', data: lamp(40) });
    assert.deepEqual(paths, ['list']);
  });

  it('B5: is not known if the list has no such port, and the address is named', async () => {
    const { ports } = start(others[0], others);
    await assert.rejects(ports.readPort(address, limits), ochnoError('OCHNO_VALUE', /no port "1" at the hub "h1"/));
  });

  it('B5: is that of the port in the list if the platform knows none by its id alone', async () => {
    const unknown = new OchnoError('OCHNO_HTTP', 'no such port', { statusCode: 404 });
    const { ports } = start(unknown, [there]);
    assert.deepEqual(await ports.readPort(address, limits), { id: '1', data: lamp(40) });
    const { ports: none } = start(unknown, others);
    await assert.rejects(none.readPort(address, limits), unknown);
    const refused = new OchnoError('OCHNO_HTTP', 'not yours', { statusCode: 403 });
    await assert.rejects(start(refused, [there]).ports.readPort(address, limits), refused);
  });
});
