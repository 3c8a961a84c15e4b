import assert from 'node:assert/strict';
import { Building } from '../../../nodes/editor/sidebar/building/building';
import { BuildingFeed } from '../../../nodes/editor/sidebar/building-feed';
import type { CompanyLine } from '../../../nodes/sidebar-messages';
import { settle } from '../../support/fake-clock';
import { account, companyKey, content, now } from './building-model';

const { ports, ...layout } = content;
const change = { location: 'l1', hub: 'h1', port: 'p1', at: now, data: { data: { device: { lamp: { level: 9 } } } } };

/** A feed that looks at a company, whose lines come when the test says. */
function look() {
  let receive: (line: CompanyLine | 'end' | 'break') => void = () => undefined;
  let tell: (told: unknown) => void = () => undefined;
  const building = new Building();
  const drawn: string[] = [];
  async function* getCompany(): AsyncGenerator<string> {
    for (;;) {
      const line = await new Promise<CompanyLine | 'end' | 'break'>((resolve) => {
        receive = resolve;
      });
      if (line === 'end') return;
      if (line === 'break') throw new Error('no answer');
      yield JSON.stringify(line);
    }
  }
  const link = {
    getCompany,
    send: () => undefined,
    subscribe: (_topic: string, listener: (told: unknown) => void) => {
      tell = listener;
    },
    onReconnect: () => undefined,
    giveWay: async () => undefined,
    failureOf: () => ({ code: 'no-answer', message: '' }),
    now: () => now,
    every: () => () => undefined,
  };
  const feed = new BuildingFeed(building, link, {
    onStructure: () => drawn.push(building.company(companyKey).state),
    onPorts: () => undefined,
    onHealth: () => undefined,
  });
  feed.setVisible(true);
  tell({ kind: 'accounts', now, accounts: [account] });
  feed.want(companyKey);
  const come = async (...lines: readonly (CompanyLine | 'end' | 'break')[]): Promise<void> => {
    for (const line of lines) {
      await settle();
      receive(line);
    }
    await settle();
  };
  return { building, feed, come, drawn, tell: (told: unknown) => tell(told) };
}

describe('a company that the editor reads', () => {
  const company = (building: Building) => building.company(companyKey);

  it('shows what its ports are in once that has come, and the ports once all have', async () => {
    const { building, come, drawn } = look();
    await come({ line: 'layout', layout });
    const present = company(building);
    assert.ok(present.state === 'loading');
    assert.deepEqual(
      present.locations?.map(({ name }) => name),
      ['Head office'],
    );
    await come({ line: 'as of', now, frame: 3, count: 4 }, { line: 'ports', ports: ports.slice(0, 1) });
    assert.deepEqual([company(building).state, [...building.ports()]], ['loading', []]);
    await come({ line: 'ports', ports: ports.slice(1) }, 'end');
    assert.deepEqual([company(building).state, [...building.ports()].length], ['ok', 4]);
    assert.deepEqual(drawn, ['closed', 'loading', 'loading', 'ok']);
  });

  it('takes in what happened since its ports are what they are', async () => {
    const { building, come, tell } = look();
    await come({ line: 'layout', layout }, { line: 'as of', now, frame: 3, count: 4 });
    tell({ kind: 'frames', frames: [{ ...companyKey, frame: 3, changes: [{ ...change, port: 'p2' }] }] });
    tell({ kind: 'frames', frames: [{ ...companyKey, frame: 4, changes: [change] }] });
    await come({ line: 'ports', ports }, 'end');
    const states = [...building.ports()].map(({ state }) => /"level":9/.test(JSON.stringify(state)));
    assert.deepEqual(states, [true, false, false, false]);
  });

  it('has the newest of what happened, however much happens while it is read once more', async () => {
    const { building, feed, come, tell } = look();
    await come({ line: 'layout', layout }, { line: 'as of', now, frame: 1, count: 4 }, { line: 'ports', ports }, 'end');
    feed.refresh();
    await come({ line: 'layout', layout });
    for (let frame = 2; frame <= 200; frame += 1)
      tell({ kind: 'frames', frames: [{ ...companyKey, frame, changes: [] }] });
    tell({ kind: 'frames', frames: [{ ...companyKey, frame: 201, changes: [change] }] });
    await come({ line: 'as of', now, frame: 190, count: 4 }, { line: 'ports', ports }, 'end');
    const [port] = building.ports();
    assert.match(JSON.stringify(port?.state), /"level":9/);
  });

  it('has failed if its ports can’t be read, its answer breaks off, or ends before its end', async () => {
    const failure = { code: 'OCHNO_HTTP', message: 'no' };
    for (const last of [{ line: 'failed', failure }, 'break', 'end'] as const) {
      const { building, come } = look();
      const some: CompanyLine = { line: 'ports', ports: ports.slice(1) };
      await come({ line: 'layout', layout }, { line: 'as of', now, frame: 3, count: 4 }, some, last);
      const present = company(building);
      assert.ok(present.state === 'failed');
      assert.equal(present.failure.code, last === 'end' || last === 'break' ? 'no-answer' : 'OCHNO_HTTP');
    }
  });

  it('is read once more if it became outdated, or was looked at anew, while it was being read', async () => {
    for (const happening of [
      ({ tell }: ReturnType<typeof look>) => tell({ kind: 'stale', ...companyKey }),
      ({ feed }: ReturnType<typeof look>) => {
        feed.setVisible(false);
        feed.setVisible(true);
      },
    ]) {
      const looked = look();
      const { building, come } = looked;
      await come({ line: 'layout', layout }, { line: 'as of', now, frame: 0, count: 4 }, { line: 'ports', ports });
      happening(looked);
      await come('end');
      const renamed = ports.map((port) => ({ ...port, name: 'New' }));
      await come({ line: 'layout', layout }, { line: 'as of', now, frame: 1, count: 4 });
      await come({ line: 'ports', ports: renamed }, 'end');
      assert.deepEqual(new Set([...building.ports()].map(({ name }) => name)), new Set(['New']));
    }
  });

  it('goes on showing what it was where reading it again fails half-way', async () => {
    const { building, feed, come } = look();
    await come({ line: 'layout', layout }, { line: 'as of', now, frame: 0, count: 4 }, { line: 'ports', ports }, 'end');
    feed.refresh();
    await come({ line: 'layout', layout }, 'break');
    assert.deepEqual([company(building).state, [...building.ports()].length], ['ok', 4]);
  });
});

describe('a runtime that the editor asks', () => {
  /** A feed that has asked, and time that passes for it. */
  function ask() {
    let tell: (told: unknown) => void = () => undefined;
    let tick: () => void = () => undefined;
    let nowMs = now;
    const link = {
      getCompany: () => assert.fail('nothing is read'),
      send: () => undefined,
      subscribe: (_topic: string, listener: (told: unknown) => void) => {
        tell = listener;
      },
      onReconnect: () => undefined,
      giveWay: async () => undefined,
      failureOf: () => ({ code: '', message: '' }),
      now: () => nowMs,
      every: (_intervalMs: number, action: () => void) => {
        tick = action;
        return () => undefined;
      },
    };
    const listener = { onStructure: () => undefined, onPorts: () => undefined, onHealth: () => undefined };
    const feed = new BuildingFeed(new Building(), link, listener);
    feed.setVisible(true);
    const pass = (ms: number): void => {
      nowMs += ms;
      tick();
    };
    return { feed, pass, tell: (told: unknown) => tell(told) };
  }

  it('is silent if it says nothing for five seconds', () => {
    const { feed, pass } = ask();
    pass(4_900);
    assert.equal(feed.state, 'asking');
    pass(200);
    assert.equal(feed.state, 'silent');
  });

  it('is waited for while it says that a deploy is under way', () => {
    const { feed, pass, tell } = ask();
    tell({ kind: 'deploy under way' });
    pass(15_000);
    assert.equal(feed.state, 'waiting for a deploy');
    tell({ kind: 'accounts', now, accounts: [account] });
    assert.equal(feed.state, 'answering');
  });
});
