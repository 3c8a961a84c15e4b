import assert from 'node:assert/strict';
import { HubLoads } from '../../../src/protocol/topics/hub-loads';

describe('what the hubs of a company bring', () => {
  const filterOf = (hub: string): string => `/ports/c/l/${hub}/#`;
  let loads: HubLoads;

  beforeEach(() => {
    loads = new HubLoads('c');
    loads.listed([
      { location: 'l', hub: 'quiet', ports: ['port0', 'port1', 'port2', 'port3'] },
      { location: 'l', hub: 'busy', ports: ['port0', 'port1'] },
    ]);
  });

  function bring(hub: string, count: number): void {
    for (let n = 0; n < count; n += 1) loads.event(`/ports/c/l/${hub}/port${n % 2}`);
  }

  it('is what their ports let one expect, until enough has been counted', () => {
    bring('busy', 900);
    assert.ok(loads.weightOf(filterOf('quiet')) > loads.weightOf(filterOf('busy')));
    bring('busy', 100);
    assert.ok(loads.weightOf(filterOf('busy')) > loads.weightOf(filterOf('quiet')));
  });

  it('follows what comes, and forgets what came long ago by halves', () => {
    bring('busy', 2_000);
    assert.ok(loads.weightOf(filterOf('busy')) >= 2_000);
    loads.fade();
    bring('quiet', 1_000);
    const [busy, quiet] = [loads.weightOf(filterOf('busy')), loads.weightOf(filterOf('quiet'))];
    assert.ok(busy >= 1_000 && busy < 1_100, `${busy}`);
    assert.ok(quiet >= 1_000 && quiet < 1_100, `${quiet}`);
  });
});
