import assert from 'node:assert/strict';
import { EventLog } from '../../support/event-log';
import { eventually } from '../../support/eventually';
import { SteadyPublisher } from '../../support/steady-publisher';
import { company, LanesStage } from './lanes-stage';

describe('several connections under load', function () {
  this.timeout(90_000);
  const stage = new LanesStage();

  afterEach(() => stage.close());

  it('lose and double nothing over renewals, which are not all at once', async () => {
    await stage.building({ iotTtlSeconds: 8, dropAtExpiry: true });
    stage.open(4);
    const events = new EventLog();
    stage.account.subscribe({ company }, events);
    await stage.connected(4);
    await stage.holds(events, { perSecond: 200, seconds: 15 });
    const { connects } = stage.simulator.records;
    assert.ok(connects.length >= 8, `${connects.length} connections`);
    assert.deepEqual(stage.log.at('warn'), []);
  });

  it('tell of a flood as of one gap where they are one, and lose nothing of it where they are four', async () => {
    await stage.building();
    stage.open(1);
    const one = new EventLog();
    stage.account.subscribe({ company }, one);
    await stage.connected(1);
    const all = stage.topics;
    const publish = (index: number): Promise<unknown> =>
      stage.simulator.publish(all[index % all.length] ?? '', `${index}`);
    const publisher = new SteadyPublisher(400, publish);
    publisher.start();
    await eventually(() => one.gaps.length > 0, 'the gap', { timeoutMs: 40_000 });
    await publisher.stop();
    assert.deepEqual(
      one.gaps.map(({ reason }) => reason),
      ['rate'],
    );
    assert.equal(stage.log.at('warn').filter((line) => /AWS passes 100 messages a second/.test(line)).length, 1);
    await stage.account.close();
    stage.open(4);
    const four = new EventLog();
    stage.account.subscribe({ company }, four);
    await stage.connected(4);
    await stage.holds(four, { perSecond: 300, seconds: 8 });
    assert.deepEqual(stage.log.at('warn'), []);
  });
});
