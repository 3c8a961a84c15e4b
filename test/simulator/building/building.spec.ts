import assert from 'node:assert/strict';
import { PlatformClock } from '../platform-clock';
import { WireFormat } from '../wire-format';
import { Building, type PortChange } from './building';
import { BuildingLife } from './building-life';
import { lampFields } from './devices';
import { Lamps } from './lamps';
import { obeyAction } from './port-messages';

const size = { companies: 2, locations: 2, hubs: 4, ports: 4 };
const clock = new PlatformClock();

function build(seed = 1): Building {
  return new Building(size, seed, clock);
}

/** Lets things happen and tells of them. */
function live(building: Building, seed: number, times: number): string[] {
  const told: string[] = [];
  building.onChange(({ port }, change) => told.push(`${port} ${Object.keys(change.device ?? {})} ${change.connected}`));
  const life = new BuildingLife(building, clock, seed, 0);
  for (let i = 0; i < times; i++) life.happen();
  return told;
}

function act(building: Building, data: unknown, topic = '/action/r2d2i5b43/loc1/hub1/port1'): string | undefined {
  const lamps = new Lamps(building, { lampRampMs: 0, lampRounding: true });
  const wire = new WireFormat({ numericIds: false, wideNumbers: false });
  return obeyAction(
    { building, lamps, wire },
    topic,
    Buffer.from(typeof data === 'string' ? data : JSON.stringify({ id: 'hub1', data })),
  );
}

describe('the demo building', () => {
  it('is the same for the same seed', () => {
    assert.deepEqual([...build(7).ports.keys()], [...build(7).ports.keys()]);
    assert.equal(build(7).port('port1').hwId, build(7).port('port1').hwId);
    assert.notEqual(build(7).port('port1').hwId, build(8).port('port1').hwId);
  });

  it('has the size asked for, and a corner of someone else', () => {
    const building = build();
    const own = [...building.ports.values()].filter(({ companyId }) => building.owns(companyId));
    assert.equal(own.length, 2 * 2 * 4 * 4);
    assert.equal(building.ports.size, own.length + 1);
    assert.equal(new Set(own.map(({ id }) => id)).size, own.length);
  });

  it('has human names, some with umlauts, quotes and what looks like markup', () => {
    const building = build();
    const names = [...building.locations.values(), ...building.hubs.values(), ...building.ports.values()].map(
      ({ name }) => name,
    );
    assert.ok(names.includes('Desk 1'));
    assert.ok(names.some((name) => /[åäöü]/.test(name)));
    assert.equal(
      [...new Building({ ...size, locations: 5 }, 1, clock).locations.values()].at(2)?.name,
      'Café "Zur Brücke" <west>',
    );
  });

  it('has lamps of all four kinds, sensors, fans, buttons and dimmers', () => {
    const building = build();
    const kinds = new Set([...building.ports.values()].flatMap(({ data }) => data.device?.subtypes ?? []));
    for (const kind of [...Object.keys(lampFields), 'fan', 'button', 'dimmer', 'airsensor'])
      assert.ok(kinds.has(kind), kind);
  });

  it('tells of what is plugged in and out', () => {
    const building = build();
    const told: [string, PortChange][] = [];
    const end = building.onChange(({ port }, change) => told.push([port, change]));
    building.unplug('port1');
    assert.deepEqual(told, [['port1', { connected: false }]]);
    assert.equal(building.port('port1').data.device, undefined);
    building.plugIn('port1');
    assert.equal(told[1]?.[1].device?.subtypes?.[0], 'hcllamp');
    end();
    building.unplug('port1');
    assert.equal(told.length, 2);
  });

  it('tells what changed and nothing else, and nothing if nothing did', () => {
    const building = build();
    const told: PortChange[] = [];
    building.onChange((_, change) => told.push(change));
    building.setLamp('port1', { level: 40, temp: 4000 });
    building.setLamp('port1', { level: 40, temp: 4000 });
    building.setSensor('port2', { motion: building.port('port2').data.device?.sensor?.motion ?? false });
    assert.deepEqual(told, [{ device: { lamp: { level: 40 } } }]);
  });

  it('counts port ids at each hub anew where asked, and keeps the ports apart', () => {
    const building = new Building({ ...size, portIdsPerHub: true }, 1, clock);
    assert.equal(building.ports.size, 2 * 2 * 4 * 4 + 1);
    const { location, port } = building.address('hub2:port1');
    assert.deepEqual({ location, port }, { location: 'loc1', port: 'port1' });
    building.setLamp('hub2:port1', { level: 9 });
    assert.equal(building.port('hub1:port1').data.device?.lamp?.level, 0);
    assert.equal(building.firstPortKey('port1'), 'hub1:port1');
  });

  it('has ids of digits and wide hardware ids where asked', () => {
    const building = new Building({ ...size, numericIds: true, wideNumbers: true }, 1, clock);
    assert.deepEqual([...building.companies.keys()], ['17', '18', '9']);
    assert.ok(building.owns('17') && !building.owns('9'));
    assert.equal(building.port('1').hwId, '1152921504606846977');
    assert.equal(building.port('1').data.device?.serial, '1152921504606846977');
  });

  it('notices nothing at a hub that is off', () => {
    const building = build();
    const told: PortChange[] = [];
    building.onChange((_, change) => told.push(change));
    building.hubsOff = { hub: 'hub1' };
    building.setLamp('port1', { level: 40 });
    assert.match(act(building, { portId: 'port1', device: { lamp: { level: 5 } } }) ?? '', /off/);
    assert.equal(building.port('port1').data.device?.lamp?.level, 0);
    building.setLamp('port5', { level: 40 });
    assert.equal(told.length, 1);
    building.hubsOff = 'all';
    building.setLamp('port5', { level: 50 });
    assert.equal(told.length, 1);
  });

  it('refuses to know a port there is not', () => {
    assert.throws(() => build().unplug('nowhere'), /nowhere/);
  });

  describe('a lamp', () => {
    it('takes what it knows, within its range, and tells of just that', () => {
      const building = build();
      const told: PortChange[] = [];
      building.onChange((_, change) => told.push(change));
      const lamp = { level: 130, temp: 100, red: 12, altlevel: 5, nonsense: 1, blue: 'much' };
      assert.equal(act(building, { portId: 'port1', device: { lamp } }), undefined);
      assert.deepEqual(told, [{ device: { lamp: { level: 100, temp: 2700, red: 12 } } }]);
      assert.deepEqual(building.port('port1').data.device?.lamp, { level: 100, temp: 2700, red: 12 });
    });

    it('does nothing that it cannot or is not meant to', () => {
      const building = build();
      const told: PortChange[] = [];
      building.onChange((_, change) => told.push(change));
      const lamp = { level: 50 };
      assert.match(act(building, '{') ?? '', /JSON/);
      assert.match(act(building, undefined) ?? '', /portId/);
      assert.match(act(building, { portId: 'port2', device: { lamp } }) ?? '', /portId/);
      assert.match(act(building, { portId: 'port1' }) ?? '', /device/);
      assert.match(act(building, { portId: 'port1', device: { lamp: { altlevel: 5 } } }) ?? '', /obeys/);
      const sensor = '/action/r2d2i5b43/loc1/hub1/port2';
      assert.match(act(building, { portId: 'port2', device: { lamp } }, sensor) ?? '', /obeys/);
      const elsewhere = '/action/r2d2i5b43/loc1/hub2/port1';
      assert.match(act(building, { portId: 'port1', device: { lamp } }, elsewhere) ?? '', /no such port/);
      building.unplug('port1');
      assert.match(act(building, { portId: 'port1', device: { lamp } }) ?? '', /obeys/);
      assert.deepEqual(told, [{ connected: false }]);
    });
  });

  it('has fans that follow their targets', () => {
    const building = build();
    const fan = [...building.ports.values()].find(({ data }) => data.device?.fan !== undefined);
    assert.ok(fan);
    const topic = `/action/${fan.companyId}/${fan.locationId}/${fan.hubId}/${fan.id}`;
    assert.equal(act(building, { portId: fan.id, device: { fan: { target1: 50 } } }, topic), undefined);
    assert.equal(fan.data.device?.fan?.target1, 50);
    assert.equal(fan.data.device?.fan?.rpm1, 700);
  });

  it('keeps what an event said, without a prototype being touched', () => {
    const building = build();
    building.remember('port2', JSON.parse('{"device": {"sensor": {"motion": true}, "__proto__": {"evil": 1}}}'));
    assert.equal(building.port('port2').data.device?.sensor?.motion, true);
    assert.ok(!('evil' in {}));
    assert.ok(!('evil' in (building.port('port2').data.device ?? {})));
  });

  describe('life', () => {
    it('is the same for the same seed', () => {
      assert.deepEqual(live(build(), 3, 300), live(build(), 3, 300));
      assert.notDeepEqual(live(build(), 3, 300), live(build(), 4, 300));
    });

    it('has sensors drift, and devices come and go, and makes one event of each that changes something', () => {
      const told = live(build(), 5, 1000);
      assert.ok(told.length > 500 && told.length <= 1000, `${told.length}`);
      assert.ok(told.some((line) => line.includes('sensor')));
      assert.ok(told.some((line) => line.endsWith('false')));
      assert.ok(told.some((line) => line.endsWith('true')));
      assert.ok(told.some((line) => line.includes('power')));
    });

    it('has people walk from sensor to sensor', () => {
      const building = build();
      const motion: (readonly [string, unknown])[] = [];
      building.onChange(({ port }, { device }) => {
        if (device?.sensor !== undefined) motion.push([port, device.sensor.motion]);
      });
      live(building, 5, 1000);
      const seen = new Set(motion.filter(([, moved]) => moved === true).map(([port]) => port));
      assert.ok(seen.size > 3);
      assert.ok(motion.some(([port, moved]) => moved === false && seen.has(port)));
    });

    it('keeps to what the account owns', () => {
      const building = build();
      const ports = new Set(live(building, 6, 2000).map((line) => line.split(' ')[0] ?? ''));
      for (const port of ports) assert.ok(building.owns(building.port(port).companyId));
    });
  });
});
