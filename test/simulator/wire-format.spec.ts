import assert from 'node:assert/strict';
import { startSimulator } from './index';
import { Probe } from './probe/probe';
import { ApiProbe } from './probe/probe-api';
import { WireFormat } from './wire-format';

describe("the simulator's way of writing JSON", () => {
  it('is plain JSON', () => {
    const plain = new WireFormat({ numericIds: false, wideNumbers: false });
    const value = { id: '17', hwId: '1152921504606846977' };
    assert.equal(plain.write(value), JSON.stringify(value));
    assert.deepEqual(plain.read(JSON.stringify(value)), value);
    assert.throws(() => plain.read('{'), SyntaxError);
  });

  it('has ids as numbers, and reads them again, where asked', () => {
    const wire = new WireFormat({ numericIds: true, wideNumbers: false });
    const value = { id: '17', companyId: 'r2d2i5b43', name: '17', data: { portId: '3', t: 5 } };
    assert.equal(wire.write(value), '{"id":17,"companyId":"r2d2i5b43","name":"17","data":{"portId":3,"t":5}}');
    assert.deepEqual(wire.read(wire.write(value)), value);
  });

  it('has numbers of 64 bits, digit for digit, where asked', () => {
    const wire = new WireFormat({ numericIds: false, wideNumbers: true });
    const text = '{"hwId":1152921504606846977,"data":{"device":{"serial":9007199254740993}}}';
    assert.equal(wire.write(wire.read(text)), text);
  });

  it('is the one of REST, of events and of actions', async () => {
    const simulator = await startSimulator({ numericIds: true, portIdsPerHub: true, wideNumbers: true, lampRampMs: 0 });
    try {
      const api = await ApiProbe.logIn(simulator);
      const { text } = await api.call('/api/hubs/1');
      assert.match(text, /"id":1,.*"hwId":1152921504606846977,.*"companyId":17,/);
      const hub = { ...JSON.parse(text), name: 'Renamed' };
      const body = JSON.stringify(hub).replace(/"hwId":\d+/, '"hwId":1152921504606846979');
      assert.match((await api.call('/api/hubs/1', { method: 'PUT', body })).text, /"hwId":1152921504606846979/);
      const probe = await Probe.connect(simulator, { company: '17' });
      await probe.subscribe('/ports/17/#');
      probe.sendPublish('/action/17/1/2/1', '{"id": 2, "data": {"portId": 1, "device": {"lamp": {"level": 8}}}}');
      await probe.wait('publish');
      const [event] = probe.events;
      assert.equal(event?.topic, '/ports/17/1/2/1');
      assert.match(
        String(event?.payload),
        /^\{"id":2,"t":\d+,"data":\{"portId":1,"device":\{"lamp":\{"level":8\}\}\}\}$/,
      );
      const ports = await api.get<{ id: number; hubId: number }[]>('/api/ports?hubIds=2');
      assert.deepEqual(
        ports.map(({ id, hubId }) => [id, hubId]),
        [1, 2, 3, 4].map((id) => [id, 2]),
      );
      assert.equal((await api.get<{ hubId: number }>('/api/ports/1')).hubId, 1);
    } finally {
      await simulator.close();
    }
  });
});
