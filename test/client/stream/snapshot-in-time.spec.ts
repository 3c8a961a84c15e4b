import assert from 'node:assert/strict';
import { type CompanyStream, companyStream } from '../../../src/client/lanes/company-stream';
import { SessionMemory } from '../../../src/client/stream/port-stream';
import type { PortSelector } from '../../../src/protocol/topics/address';
import { EventLog } from '../../support/event-log';
import { FakeBroker, FakeCredentials } from '../../support/fake-broker';
import { FakeClock } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

describe('a snapshot of what is subscribed', () => {
  const selectorOf = (hub: string): PortSelector => ({ company: 'c', locations: ['l'], hubs: [hub] });
  let clock: FakeClock;
  let broker: FakeBroker;
  let stream: CompanyStream;
  /** The hubs of each that was read. */
  let read: (string | undefined)[];

  beforeEach(async () => {
    clock = new FakeClock();
    broker = new FakeBroker();
    read = [];
    stream = companyStream({
      ...{ company: 'c', streamId: 's', connections: 1, credentials: new FakeCredentials(clock), dialer: broker },
      ...{ network: {}, keepaliveSeconds: 30, memory: new SessionMemory(), clock, random: () => 0 },
      log: new LogLines(),
      readSnapshot: async (selectors) => {
        read.push(...selectors.map(({ hubs }) => hubs?.join()));
        return [];
      },
      readHubs: async () => [],
      ...{ onStatus: () => undefined, onGap: () => undefined },
    });
    stream.start();
    stream.subscribe(selectorOf('h1'), new EventLog());
    for (let step = 0; !stream.isOpen && step < 100; step += 1) await clock.advance(100);
  });

  afterEach(async () => {
    const closed = stream.close(false);
    await clock.advance(5_000);
    await closed;
  });

  /** From now on the broker does not answer until the function returned is called. */
  function holdAnswers(): () => void {
    let release = (): void => undefined;
    broker.last.gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  it('is not read before the broker has answered that, whoever else has an answer before', async () => {
    const answerFirst = holdAnswers();
    stream.subscribe(selectorOf('h2'), new EventLog('start'));
    await clock.advance(100);
    stream.subscribe(selectorOf('h3'), new EventLog('start'));
    await clock.advance(100);
    const answerSecond = holdAnswers();
    answerFirst();
    await clock.advance(1_000);
    assert.deepEqual(broker.last.packets.slice(-2), ['+/ports/c/l/h2/#', '+/ports/c/l/h3/#']);
    assert.ok(!read.includes('h3'), 'an event of it could still be missed');
    answerSecond();
    await clock.advance(1_000);
    assert.deepEqual(read.toSorted(), ['h2', 'h3']);
  });
});
