import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { SessionMemory } from '../../../src';
import { EventLog } from '../../support/event-log';
import { company, LanesStage } from './lanes-stage';

describe('several connections over a full deploy', function () {
  this.timeout(60_000);
  const stage = new LanesStage();

  afterEach(() => stage.close());

  for (const [before, ...after] of [
    [3, 3],
    [3, 1],
    [1, 3],
    [4, 2],
    [3, 1, 3],
  ] as const) {
    it(`lose and double nothing of QoS 1 from ${before} to ${after.join(' and then to ')} of them`, async () => {
      const sessions = new SessionMemory();
      const events = new EventLog();
      const open = async (connections: number): Promise<void> => {
        stage.open(connections, { sessions });
        stage.account.subscribe({ company }, events);
        await stage.connected(connections);
      };
      await stage.building();
      await open(before);
      const said = stage.log;
      const deploy = async (): Promise<void> => {
        for (const connections of after) {
          await stage.account.close({ keepSessions: true });
          await delay(1_000);
          await open(connections);
        }
      };
      await stage.holds(events, { perSecond: 100, seconds: 4, hasOutage: true, during: deploy });
      assert.ok(events.events.some(({ queued }) => queued));
      assert.deepEqual([...said.at('warn'), ...stage.log.at('warn')], []);
    });
  }
});
