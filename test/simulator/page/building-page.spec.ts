import assert from 'node:assert/strict';
import { foreignCompany } from '../building/building-plan';
import { type Simulator, type SimulatorOptions, startSimulator } from '../index';
import { Probe, until } from '../probe/probe';
import { ApiProbe, call } from '../probe/probe-api';
import { PageProbe, portsIn } from '../probe/probe-page';

describe('the building page', () => {
  let simulator: Simulator;
  let pages: PageProbe[];

  async function start(options?: SimulatorOptions): Promise<void> {
    simulator = await startSimulator(options);
    pages = [];
  }

  async function open(query?: string): Promise<PageProbe> {
    const page = await PageProbe.open(simulator, query);
    pages.push(page);
    return page;
  }

  beforeEach(() => start());
  afterEach(async () => {
    for (const page of pages) page.close();
    await simulator.close();
  });

  describe('as files', () => {
    for (const [path, type] of [
      ['/', /^text\/html/],
      ['/building/page.css', /^text\/css/],
      ['/building/page.js', /^text\/javascript/],
      ['/building/icon.svg', /^image\/svg/],
    ] as const) {
      it(`serves ${path} without a log-in, and lets it load nothing from elsewhere`, async () => {
        const answer = await call(simulator, path);
        assert.equal(answer.status, 200);
        assert.match(String(answer.headers['content-type']), type);
        assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
        const strange = answer.text.replaceAll('http://www.w3.org/2000/svg', '').match(/https?:\/\/\S+/g);
        assert.equal(strange, null);
      });
    }

    it('has no inline script, handler or style', async () => {
      const { text } = await call(simulator, '/');
      assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|<script(?![^>]+src=)/);
    });

    it('answers HEAD without a body, and 404 if there is nothing', async () => {
      const head = await call(simulator, '/', { method: 'HEAD' });
      assert.deepEqual([head.status, head.text], [200, '']);
      assert.equal((await call(simulator, '/building/nothing')).status, 404);
      assert.equal((await call(simulator, '/building/..%2fpage.ts')).status, 404);
    });

    it('is not shown under a name of somebody else', async () => {
      for (const path of ['/', '/building/live']) {
        assert.equal((await call(simulator, path, { headers: { Host: 'evil.example' } })).status, 403, path);
      }
    });

    it('is not part of the platform: it is not recorded, and faults do not strike it', async () => {
      simulator.fault('rest-error');
      assert.equal((await call(simulator, '/')).status, 200);
      assert.equal(simulator.records.requests.length, 0);
    });
  });

  describe('as a stream', () => {
    it('gives the state of one floor first, then the changes on it', async () => {
      const page = await open();
      assert.match(page.type, /^text\/event-stream/);
      assert.deepEqual(page.state.chosen, { company: 'r2d2i5b43', location: 'loc1', floor: 'floor1' });
      assert.equal(portsIn(page.state).length, 8);
      const [port] = portsIn(page.state);
      assert.equal(port?.device?.lamp?.level, 0);
      simulator.building.setLamp('port1', { level: 60, temp: 3000 });
      await until('the lamp changes', () => page.changedPorts.length > 0);
      assert.deepEqual(page.changedPorts[0]?.device?.lamp, { level: 60, temp: 3000 });
      assert.equal(page.changedPorts[0]?.device?.product, 'Tunable desk light');
    });

    it('gives the state as it is now to whoever comes back', async () => {
      const first = await open();
      first.close();
      simulator.building.unplug('port1');
      const page = await open();
      assert.deepEqual(portsIn(page.state)[0], { id: 'port1', name: 'Desk 1 · Lamp', connected: false });
    });

    it('shows the company, location or floor asked for, and the first if there is no such thing', async () => {
      const chosen = async (query: string) => (await open(query)).state.chosen;
      const ochno = { company: 'a11iNc3p0', location: 'loc3', floor: 'floor3' };
      assert.deepEqual(await chosen('?company=a11iNc3p0'), ochno);
      assert.deepEqual(await chosen('?location=loc4'), { company: 'a11iNc3p0', location: 'loc4', floor: 'floor4' });
      assert.deepEqual(await chosen('?floor=floor3'), ochno);
      assert.equal((await chosen('?floor=nowhere')).floor, 'floor1');
    });

    it('never shows what is someone else’s', async () => {
      const plans = [...simulator.building.floorPlans.values()];
      const foreign = plans.find(({ companyId }) => companyId === foreignCompany.id);
      const page = await open(`?floor=${foreign?.id}`);
      assert.equal(page.state.chosen.company, 'r2d2i5b43');
      assert.ok(!JSON.stringify(page.state).includes(foreignCompany.name));
    });

    it('shows nothing of other floors but their messages', async () => {
      const page = await open();
      simulator.building.setLamp('port9', { level: 10 });
      await until('the message passes', () => page.messages.length > 0);
      assert.deepEqual(page.changes, []);
    });

    it('shows what events said, even where it makes no sense', async () => {
      const page = await open();
      const device = {
        types: 'lamp',
        product: ['x'],
        lamp: null,
        sensor: { temperature: 'hot', motion: true },
        fan: 3,
      };
      await simulator.emit(simulator.building.address('port2'), { device });
      await until('the port changes', () => page.changedPorts.length > 0);
      const [port] = page.changedPorts;
      assert.deepEqual(port?.device?.types, []);
      assert.equal(port?.device?.lamp, undefined);
      assert.equal(port?.device?.sensor?.motion, true);
    });

    it('gives the state anew when something is renamed, created or deleted over the HTTP API', async () => {
      const api = await ApiProbe.logIn(simulator);
      const page = await open();
      const hub = await api.get<object>('/api/hubs/hub1');
      await api.call('/api/hubs/hub1', { method: 'PUT', body: { ...hub, name: '<b>Ada</b>' } });
      await until('the new name shows', () => JSON.stringify(page.state).includes('<b>Ada</b>'));
      await api.call('/api/hubs/hub2', { method: 'DELETE' });
      await until('the hub is gone', () => portsIn(page.state).length === 4);
      await api.call('/api/locations/loc1', { method: 'DELETE' });
      await until('another location shows', () => page.state.chosen.location === 'loc2');
    });

    it('shows an empty building as such', async () => {
      await simulator.close();
      await start({ companies: 0 });
      const { chosen, rooms } = (await open()).state;
      assert.deepEqual([chosen, rooms], [{ company: '', location: '', floor: '' }, []]);
    });

    it('ends with the simulator', async () => {
      const page = await open();
      await simulator.close();
      await until('the stream ends', () => page.closed);
    });

    it('sends one floor of a building of 10 000 ports, and says what it left out of an absurd one', async () => {
      await simulator.close();
      await start({ companies: 1, locations: 10, hubs: 100, ports: 10 });
      const { state } = await open('?location=loc7');
      assert.equal(portsIn(state).length, 100);
      assert.deepEqual([state.floors.length, state.rooms.length, state.portsLeftOut], [10, 10, 0]);
      await simulator.close();
      await start({ companies: 1, locations: 1, hubs: 1, ports: 10_000 });
      const absurd = await open();
      assert.deepEqual([portsIn(absurd.state).length, absurd.state.portsLeftOut], [2000, 8000]);
    });
  });

  describe('as a strip of messages', () => {
    it('tells of an action and of the event that follows, in this order', async () => {
      const page = await open();
      const client = await Probe.connect(simulator);
      try {
        const action = { id: 'hub1', data: { portId: 'port1', device: { lamp: { level: 70 } } } };
        client.sendPublish('/action/r2d2i5b43/loc1/hub1/port1', JSON.stringify(action));
        await until('all pass', () => page.messages.length >= 5);
        const [first, second] = page.messages;
        assert.deepEqual([first?.direction, first?.topic], ['action', '/action/r2d2i5b43/loc1/hub1/port1']);
        assert.deepEqual(JSON.parse(first?.payload ?? ''), action);
        assert.deepEqual([second?.direction, second?.topic], ['event', '/ports/r2d2i5b43/loc1/hub1/port1']);
        assert.equal(second?.gist, '{"device":{"lamp":{"level":18}}}');
        assert.equal(page.messages[4]?.gist, '{"device":{"lamp":{"level":70}}}');
      } finally {
        client.close();
      }
    });

    it('cuts what is long and shows what is not JSON', async () => {
      const page = await open();
      await simulator.publish('/ports/r2d2i5b43/loc1/hub1/port1', Buffer.from([0xff, 0x00, 0x7b]));
      await simulator.publish('/ports/r2d2i5b43/loc1/hub1/port1', 'x'.repeat(100_000));
      await until('both pass', () => page.messages.length === 2);
      assert.equal(page.messages[0]?.gist, '\ufffd\u0000{');
      assert.equal(page.messages[1]?.payload.length, 301);
    });

    it('counts what passes too fast instead of sending it, and each port once', async () => {
      const page = await open();
      for (let level = 1; level <= 1000; level++) simulator.building.setLamp('port1', { level: level % 100 });
      const told = (): number => page.batches.reduce((sum, batch) => sum + batch.messages.length + batch.skipped, 0);
      await until('all are told of', () => told() === 1000);
      assert.ok(page.batches.every(({ messages }) => messages.length <= 40));
      assert.ok(page.messages.length < 1000);
      assert.equal(page.changedPorts.at(-1)?.device?.lamp?.level, 0);
      assert.ok(page.changes.every(({ ports }) => ports.length === 1));
    });
  });
});
