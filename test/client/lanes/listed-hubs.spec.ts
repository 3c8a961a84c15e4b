import assert from 'node:assert/strict';
import { ListedHubs } from '../../../src/client/lanes/listed-hubs';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { HubLoads, listedPlaces } from '../../../src/protocol/topics/hub-loads';
import type { ListedPlace } from '../../../src/protocol/topics/port-split';
import { FakeClock, settle } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

const hub = (name: string, ports = 4): ListedPlace => {
  const ids = Array.from({ length: ports }, (_, index) => `p${index + 1}`);
  return { location: 'l', hub: name, ports: ids };
};

describe('the hubs that the platform lists', () => {
  it('are read again after ten minutes, and sooner after a failure, which costs nothing', async () => {
    const clock = new FakeClock();
    let answer: () => readonly ListedPlace[] = () => [hub('h1')];
    const reads: boolean[] = [];
    const read = async (): Promise<readonly ListedPlace[]> => answer();
    const hubs = new ListedHubs({
      notes: { hubs: [] },
      read,
      clock,
      log: new LogLines(),
      onRead: (isOther) => reads.push(isOther),
    });
    await hubs.read();
    await clock.advance(600_000);
    assert.deepEqual(reads, [true, false]);
    answer = () => {
      throw new Error('HTTP 503');
    };
    await clock.advance(600_000);
    assert.deepEqual([reads.length, hubs.now], [2, [hub('h1')]]);
    answer = () => [hub('h1'), hub('h2')];
    await clock.advance(60_000);
    await settle();
    assert.deepEqual(reads, [true, false, true]);
    hubs.stop();
    assert.equal(clock.timers, 0);
  });

  it('are told of once if they can’t be had: all is on one connection until they can', async () => {
    const clock = new FakeClock();
    const log = new LogLines();
    const read = (): Promise<never> => Promise.reject(new Error('The platform answered 403 to GET /api/hubs.'));
    const hubs = new ListedHubs({ notes: { hubs: [] }, read, clock, log, onRead: () => undefined });
    await hubs.read();
    await clock.advance(180_000);
    hubs.stop();
    assert.deepEqual(log.at('warn'), [
      "the hubs can't be listed: The platform answered 403 to GET /api/hubs; what listens to any hub is on one connection until they can",
    ]);
  });

  it('are those from before a deploy until the platform lists them again', async () => {
    const notes = { hubs: [hub('h1')] };
    const log = new LogLines();
    const told: boolean[] = [];
    const clock = new FakeClock();
    let answer = (): Promise<readonly ListedPlace[]> => Promise.reject(new Error('HTTP 503'));
    const hubs = new ListedHubs({ notes, read: () => answer(), clock, log, onRead: (isOther) => told.push(isOther) });
    await hubs.read();
    assert.deepEqual([hubs.now, told, log.at('warn')], [[hub('h1')], [], []]);
    answer = async () => [hub('h1')];
    await clock.advance(60_000);
    assert.deepEqual(told, [false]);
    hubs.stop();
  });

  it('are not told of if the log-in is refused: the stream tells of that', async () => {
    const log = new LogLines();
    const read = (): Promise<never> => Promise.reject(new OchnoError('OCHNO_LOGIN', 'The log-in was refused'));
    const hubs = new ListedHubs({ notes: { hubs: [] }, read, clock: new FakeClock(), log, onRead: () => undefined });
    await hubs.read();
    hubs.stop();
    assert.deepEqual(log.at('warn'), []);
  });

  it('are those of any list, with the location that is known', () => {
    const hubs = [
      { id: 'h1', location: '' },
      { id: 'h2', location: 'l' },
      { id: 'h3', location: '' },
    ];
    const ports = [
      { id: 'p2', hub: 'h1', location: 'l' },
      { id: 'p1', hub: 'h1', location: 'l' },
    ];
    assert.deepEqual(listedPlaces({ hubs, ports }), [
      { location: undefined, hub: 'h3', ports: [] },
      { location: 'l', hub: 'h1', ports: ['p1', 'p2'] },
      { location: 'l', hub: 'h2', ports: [] },
    ]);
  });

  it('weigh what they have ports, and once that is known what they bring', () => {
    const loads = new HubLoads('c');
    loads.listed([hub('h1', 1), hub('h2', 9)]);
    assert.deepEqual([loads.weightOf('/ports/c/l/h2/#'), loads.weightOf('/ports/c/#')], [9, 10]);
    assert.deepEqual([loads.weightOf('/ports/c/l/+/p1'), loads.weightOf('/ports/c/l/+/p9')], [2, 2]);
    for (let n = 0; n < 2_000; n += 1) loads.event('/ports/c/l/h1/p1');
    assert.ok(loads.weightOf('/ports/c/l/+/p1') > 100 * loads.weightOf('/ports/c/l/+/p9'));
    assert.ok(loads.weightOf('/ports/c/l/h1/#') > 100 * loads.weightOf('/ports/c/l/h2/#'));
    loads.fade();
    assert.ok(loads.weightOf('/ports/c/l/h1/#') <= 1_001);
  });
});
