import assert from 'node:assert/strict';
import { Building } from '../../../nodes/editor/sidebar/building/building';
import { type FilterName, portFilter } from '../../../nodes/editor/sidebar/building/port-filter';
import { portLine } from '../../../nodes/editor/sidebar/building/port-line';
import { portValues } from '../../../nodes/editor/sidebar/building/port-values';
import { BuildingLookup } from '../../../nodes/editor/sidebar/flow/building-lookup';
import { branchesAbove, openAtFirst } from '../../../nodes/editor/sidebar/tree/branches';
import { type Row, treeRows } from '../../../nodes/editor/sidebar/tree/tree-rows';
import { account, buildingOf, companyKey, content, now, portEntry, takeIn } from './building-model';
import { english } from './words';

const minute = 60_000;

function line(device: object | undefined, heardAt = now): string {
  return portLine({ state: portEntry('p', device).state, heardAt }, now, english);
}

describe('what a port says in one line', () => {
  const said: readonly (readonly [object | undefined, string])[] = [
    [{ types: ['lamp'], lamp: { level: 40, temp: 3000 } }, '40 % · 3000 K'],
    [{ lamp: { level: 40, altlevel: 20 } }, '40 / 20 %'],
    [{ lamp: { level: 0, temp: 3000 } }, 'off'],
    [{ sensor: { temperature: 21.44, airco2: 812, airhumidity: 40 } }, '21.4 °C · 812 ppm'],
    [{ sensor: { motion: true, temperature: 21 } }, 'motion · 21 °C'],
    [{ types: ['computer'], subtypes: ['laptop'], power: { watt: 42.5 } }, 'laptop 43 W'],
    [{ fan: { target1: 20, target2: 60 } }, '40 %'],
    [{ button: { pushed: true } }, 'pressed'],
    [{ dimmer: { dimming: 50 } }, '50 %'],
    [{ types: ['sensor'], product: 'Mystery', sensor: {} }, 'Mystery'],
    [{ manufacturer: 'ACME', product: 'Charger', power: { watt: 5 } }, 'ACME Charger 5 W'],
    [undefined, 'nothing'],
  ];
  for (const [device, text] of said)
    it(`${JSON.stringify(device)} is "${text}"`, () => assert.equal(line(device), text));

  it('writes nothing as less than nothing, and calls a port whose name is blank by its id', () => {
    assert.equal(line({ sensor: { temperature: -0.00001 } }), '0 °C');
    const building = buildingOf([portEntry('p1', undefined, { name: '  ' })]);
    assert.deepEqual(
      [...building.ports()].map(({ name }) => name),
      ['p1'],
    );
  });

  it('says for how long a port has been offline, five minutes after it was heard', () => {
    assert.equal(line({ lamp: { level: 1 } }, now - 5 * minute), '1 %');
    assert.equal(line({ lamp: { level: 1 } }, now - 12 * minute), 'offline 12 min');
    assert.equal(line({ lamp: { level: 1 } }, now - 50 * 60 * minute), 'offline 2 d');
    assert.equal(line({ lamp: { level: 1 } }, 0), 'never heard from');
    assert.equal(line(undefined, now - 12 * minute), 'nothing');
  });

  it('copes with any state', () => {
    for (const state of [undefined, null, 7, 'x', [], {}, { data: null }, { data: { device: 'lamp' } }, { lamp: {} }]) {
      assert.equal(portLine({ state, heardAt: now }, now, english), 'nothing');
    }
  });
});

describe('the values of a port', () => {
  it('have the paths that a property is written with, what is measured first, with units', () => {
    const state = { id: 'h', data: { t: 1, device: { types: ['lamp'], lamp: { level: 4 }, sensor: { 'pm2.5': 3 } } } };
    assert.deepEqual(portValues(state), [
      { path: 'data.device.lamp.level', value: 4, unit: '%' },
      { path: 'data.device.sensor["pm2.5"]', value: 3, unit: '' },
      { path: 'data.device.types[0]', value: 'lamp', unit: '' },
      { path: 'id', value: 'h', unit: '' },
      { path: 'data.t', value: 1, unit: '' },
    ]);
  });

  it('are bounded, and none of an inherited name has a unit', () => {
    assert.equal(portValues({ many: Array.from({ length: 5000 }, (_, at) => at) }).length, 200);
    assert.equal(portValues({ constructor: 1 })[0]?.unit, '');
  });
});

describe('the building', () => {
  const portOf = (building: Building, id: string) => [...building.ports()].find(({ address }) => address.port === id);

  it('takes in what ports say, with the age of each value', () => {
    const building = buildingOf();
    const change = {
      location: 'l1',
      hub: 'h1',
      port: 'p1',
      at: now + 5,
      data: { data: { device: { lamp: { level: 9 } } } },
    };
    const [port] = building.apply({ ...companyKey, frame: 1, changes: [change] });
    assert.equal(port?.name, 'Desk 1 · Lamp');
    assert.equal(portLine(port ?? { state: 0, heardAt: 0 }, now, english), '9 % · 3000 K');
    assert.deepEqual([port?.heardAt, port?.heardAtOf('data.device.lamp.level')], [now + 5, now + 5]);
  });

  it('does not take in again what the lists hold already', () => {
    const building = buildingOf();
    takeIn(building, content.ports, 4);
    const change = {
      location: 'l1',
      hub: 'h1',
      port: 'p1',
      at: now,
      data: { data: { device: { lamp: { level: 9 } } } },
    };
    assert.deepEqual(building.apply({ ...companyKey, frame: 4, changes: [change] }), []);
    assert.equal(building.apply({ ...companyKey, frame: 5, changes: [change] }).length, 1);
  });

  it('keeps what comes while lists are being read for these lists', () => {
    const building = new Building();
    building.setAccounts([account], now, now);
    building.startReading(companyKey);
    const change = {
      location: 'l1',
      hub: 'h1',
      port: 'p1',
      at: now,
      data: { data: { device: { lamp: { level: 9 } } } },
    };
    building.apply({ ...companyKey, frame: 1, changes: [change] });
    building.apply({ ...companyKey, frame: 2, changes: [{ ...change, port: 'unknown' }] });
    takeIn(building);
    assert.match(JSON.stringify(portOf(building, 'p1')?.state), /"level":9/);
  });

  it('goes on showing what it knew when reading it again fails', () => {
    const building = buildingOf();
    building.startReading(companyKey);
    building.setCompany(companyKey, { state: 'failed', failure: { code: 'OCHNO_HTTP', message: '' } }, now);
    assert.equal([...building.ports()].length, 4);
  });

  it('forgets the ports of an account that is gone', () => {
    const building = buildingOf();
    building.setAccounts([], now, now);
    assert.deepEqual([...building.ports()], []);
  });

  it('goes on showing the companies of an account while they are being read again', () => {
    const building = buildingOf();
    building.setAccounts([{ ...account, companies: { state: 'loading' } }], now, now);
    assert.equal(building.accounts[0]?.companies.state, 'ok');
  });

  it('counts ages by the clock of Node-RED’s computer', () => {
    const building = new Building();
    building.setAccounts([], 5_000, 3_000);
    assert.equal(building.now(4_000), 6_000);
  });

  it('has hubs and locations that only a port names', () => {
    const building = buildingOf([portEntry('p9', undefined, { hub: 'h9', location: 'l9' })]);
    const rows = treeRows(building, { open: new Set(['acc/c1', 'acc/c1/l9', 'acc/c1/l9/h9']), closed: new Set() });
    assert.deepEqual(names(rows).slice(-3), ['l9', 'h9', 'p9']);
  });
});

function names(rows: readonly Row[]): readonly string[] {
  return rows.map(({ name }) => name);
}

describe('the rows of the tree', () => {
  const closed = new Set<string>();

  it('are what is in open branches, ports without the name of their hub', () => {
    const building = buildingOf();
    assert.deepEqual(names(treeRows(building, { open: new Set(), closed })), ['Goople']);
    const open = new Set(openAtFirst(building, companyKey));
    const all = ['Goople', 'Head office', 'Floor 1', 'Desk 1', 'Lamp', 'p2', 'Desk 2', 'p3', 'Fönsterplats'];
    assert.deepEqual(names(treeRows(building, { open, closed })), all);
  });

  it('say where they are: depth, place among their siblings, ports below', () => {
    const building = buildingOf();
    const rows = treeRows(building, { open: new Set(openAtFirst(building, companyKey)), closed });
    const desk2 = rows.find(({ name }) => name === 'Desk 2');
    assert.deepEqual([desk2?.depth, desk2?.position, desk2?.siblings, desk2?.count], [3, 2, 2, 2]);
  });

  it('are what the ports are in, before these have come: no counts, and nothing in a hub but that', () => {
    const building = new Building();
    building.setAccounts([account], now, now);
    building.startReading(companyKey);
    const reading = building.reading(companyKey, content);
    const first = openAtFirst(building, companyKey);
    assert.deepEqual(names(treeRows(building, { open: new Set(first), closed })), [
      ...['Goople', 'Head office', 'Floor 1', 'Desk 2'],
    ]);
    const open = new Set([...first, 'acc/c1/l1//f1', 'acc/c1/l1/h1']);
    const rows = treeRows(building, { open, closed });
    const all = ['Goople', 'Head office', 'Floor 1', 'Desk 1', 'places.tree-loading', 'Desk 2'];
    assert.deepEqual(names(rows), all);
    assert.ok(rows.every(({ count, port }) => count === undefined && port === undefined));
    // Neither can they be searched, nor is a node held to be wrong that names one of them.
    assert.deepEqual(treeRows(building, { open, closed, filter: () => true }), []);
    assert.deepEqual(
      [building.isReading, building.unopened, building.unreadable, BuildingLookup.of(building, companyKey)],
      [true, 0, 0, undefined],
    );
    reading.add(content.ports);
    building.setCompany(companyKey, { state: 'ok', now, frame: 0, reading }, now);
    assert.deepEqual(names(treeRows(building, { open, closed })).slice(3), ['Desk 1', 'Lamp', 'p2', 'Desk 2']);
  });

  it('stay what they were while the lists are read again', () => {
    const building = buildingOf();
    const open = new Set(openAtFirst(building, companyKey));
    const before = treeRows(building, { open, closed });
    building.startReading(companyKey);
    building.reading(companyKey, { locations: [], floorPlans: [], hubs: [] });
    assert.deepEqual(treeRows(building, { open, closed }), before);
  });

  it('with a filter are the branches that hold such a port, open unless closed by hand', () => {
    const building = buildingOf();
    const filter = ({ kind }: { kind: string }): boolean => kind === 'sensor';
    assert.deepEqual(names(treeRows(building, { open: new Set(), closed, filter })), [
      'Goople',
      'Head office',
      'Floor 1',
      'Desk 1',
      'p2',
    ]);
    const shut = treeRows(building, { open: new Set(), closed: new Set(['acc/c1/l1']), filter });
    assert.deepEqual(names(shut), ['Goople', 'Head office']);
    assert.deepEqual(treeRows(building, { open: new Set(), closed, filter: () => false }), []);
  });

  it('open at first all of a small company, of a large one its locations', () => {
    const many = Array.from({ length: 41 }, (_, at) => portEntry(`p${at}`, undefined));
    assert.deepEqual(openAtFirst(buildingOf(many), companyKey), ['acc/c1', 'acc/c1/l1']);
    assert.equal(openAtFirst(buildingOf(), companyKey).length, 5);
  });

  it('know the branches above a port', () => {
    const building = buildingOf();
    const [port] = building.ports();
    assert.ok(port);
    assert.deepEqual(branchesAbove(building, port), ['acc/c1', 'acc/c1/l1', 'acc/c1/l1//f1', 'acc/c1/l1/h1']);
  });
});

describe('the search and the filters', () => {
  const found = (search: string, filters: readonly FilterName[] = [], used: readonly string[] = []) => {
    const filter = portFilter({ search, filters: new Set(filters) }, now, ({ address }) => used.includes(address.port));
    return [...buildingOf().ports()].filter(filter ?? (() => true)).map(({ address }) => address.port);
  };

  it('find every word in the names and ids of a port and of what it is in, whatever the case', () => {
    assert.deepEqual(found('desk 1 LAMP'), ['p1']);
    assert.deepEqual(found('FÖNSTER'), ['p4']);
    assert.deepEqual(found('fonster'), ['p4']);
    assert.deepEqual(found('floor h1'), ['p1', 'p2']);
    assert.deepEqual(found('  '), ['p1', 'p2', 'p3', 'p4']);
    assert.deepEqual(found('nowhere'), []);
  });

  it('add kinds of device to each other and narrow down by the others', () => {
    assert.deepEqual(found('', ['lamp', 'sensor']), ['p1', 'p2']);
    assert.deepEqual(found('', ['lamp', 'sensor', 'unused'], ['p1']), ['p2']);
    assert.deepEqual(found('', ['offline']), ['p3']);
  });
});
