import assert from 'node:assert/strict';
import type { UsingNode } from '../../../../nodes/editor/sidebar/flow/using-node';
import { type Issue, type IssueListParts, listIssues } from '../../../../nodes/editor/sidebar/issues/issue-list';
import type { StreamHealth } from '../../../../nodes/sidebar-messages';
import { account, now } from '../building-model';
import { english } from '../words';

const hour = 3_600_000;
const node: UsingNode = {
  ...{ id: 'n1', type: 'ochno-action-out', account: 'acc', company: 'c1' },
  ...{ location: '', hub: 'gone', port: 'p1', command: 'lamp' },
};
const stream: StreamHealth = {
  ...{ account: 'acc', accountName: 'Office', company: 'c1', state: 'connected', detail: '' },
  ...{ renewals: 0, reconnects: 0, eventsPerSecond: 2, curve: [], gaps: [], clockOffsetMs: 0 },
  policy: { sessions: true, secondConnection: true, refusedFilters: [] },
  commands: { sent: 0, waiting: 0, failed: 0 },
};

function issuesOf(parts: Partial<IssueListParts>): readonly Issue[] {
  const nothing = { accounts: [], streams: [], nodes: [], flow: [] };
  return listIssues({ ...nothing, now, words: english, ...parts });
}

function connection(state: string, detail = ''): Partial<IssueListParts> {
  return { accounts: [{ ...account, connections: [{ company: '', state, detail }] }] };
}

const unknown = (level: 'location' | 'hub' | 'port', id: string) =>
  ({ kind: 'unknown id', unknown: { account: 'acc', company: 'c1', level, id }, nodes: [node] }) as const;

const notALamp = (place: { company?: string; hub?: string } = {}) =>
  ({
    account: 'acc',
    company: 'c1',
    hub: '',
    port: 'p1',
    ...place,
    kind: 'not a lamp',
    device: 'fan',
    nodes: [node],
  }) as const;

/** Each kind of thing that can be wrong, and what is read of it. */
const kinds: Readonly<Record<string, readonly [Partial<IssueListParts>, RegExp, RegExp?]>> = {
  'a location that is gone': [
    { flow: [unknown('location', 'l9')] },
    /^The platform does not know the location l9; nodes that name it: 1$/,
  ],
  'a hub that is gone': [{ flow: [unknown('hub', 'h9')] }, /does not know the hub h9/],
  'a port at another hub': [
    { flow: [{ ...unknown('port', 'p9'), kind: 'misplaced id' }] },
    /^The port p9 is not at the hub or location named with it; nodes: 1$/,
  ],
  'a port that is gone': [{ flow: [unknown('port', 'p9')] }, /does not know the port p9/],
  'a company the account does not list': [
    { flow: [{ kind: 'unknown company', account: 'acc', id: 'c9', nodes: [node] }] },
    /^The account has no access to the company c9; nodes that name it: 1$/,
  ],
  'a lamp command for what is not a lamp': [
    { flow: [notALamp({ hub: 'h1' })] },
    /^A lamp command goes to port h1 · p1, but something else is plugged in there: fan$/,
  ],
  'a node whose port was refused': [
    { nodes: [{ node, status: 'not permitted' }] },
    /^Nodes that show “not permitted”: 1$/,
  ],
  'an account whose log-in was refused': [connection('log-in refused'), /^Account Office: .*log-in refused/],
  'an account that no network reaches': [connection('disconnected', 'dns'), /^Account Office: .*dns/],
  'an account that is not configured': [
    connection('not configured', 'The account has no email'),
    /^Account Office: /,
    /^The account has no email$/,
  ],
  'companies that could not be read': [
    {
      accounts: [
        { ...account, companies: { state: 'failed', failure: { code: 'OCHNO_NETWORK', message: 'Nobody answers' } } },
      ],
    },
    /^The companies of account Office could not be read$/,
    /Nobody answers|failure.network/,
  ],
  'a gap': [
    { streams: [{ ...stream, gaps: [{ from: now - 2 * hour, to: now - hour, reason: 'outage' }] }] },
    /^Office · c1: events may be missing from .*, for 1 h$/,
    /no connection/,
  ],
  'a gap because of the rate': [
    { streams: [{ ...stream, gaps: [{ from: now - hour, to: now, reason: 'rate' }] }] },
    /events may be missing/,
    /AWS will have discarded some/,
  ],
  'a rate near the limit of AWS': [
    { streams: [{ ...stream, eventsPerSecond: 80 }] },
    /^Office · c1: 80 events a second$/,
    /raise Connections/,
  ],
  'subscriptions that the broker refuses': [
    { streams: [{ ...stream, policy: { ...stream.policy, refusedFilters: ['/ports/c1/l1/+/+', 'b'] } }] },
    /^Office · c1: subscriptions that the broker refuses: 2$/,
    /^\/ports\/c1\/l1\/\+\/\+ · b$/,
  ],
};

describe('the issues', () => {
  for (const [name, [parts, text, detail]] of Object.entries(kinds)) {
    it(`name ${name}`, () => {
      const [issue, ...others] = issuesOf(parts);
      assert.match(issue?.text ?? '', text);
      assert.match(issue?.detail ?? '', detail ?? /^$/);
      assert.deepEqual(others, []);
    });
  }

  it('are none while all is well, or is only being opened', () => {
    const quiet = { accounts: [account], streams: [stream] };
    assert.deepEqual(issuesOf(quiet), []);
    for (const state of ['connecting', 'unused']) assert.deepEqual(issuesOf(connection(state)), [], state);
  });

  it('forget a gap after a day, and name no rate that AWS passes on', () => {
    const gaps = [{ from: now - 26 * hour, to: now - 25 * hour, reason: 'outage' }];
    assert.deepEqual(issuesOf({ streams: [{ ...stream, gaps, eventsPerSecond: 79 }] }), []);
  });

  it('offer to replace what can be replaced, and the nodes to be shown', () => {
    const [gone] = issuesOf({ flow: [unknown('hub', 'gone')] });
    assert.deepEqual([gone?.unknown?.id, gone?.nodes], ['gone', [node]]);
    const [lamp] = issuesOf({ flow: [notALamp()] });
    assert.deepEqual([lamp?.unknown, lamp?.nodes], [undefined, [node]]);
  });

  it('are one for each port where something else is plugged in than a lamp, whatever ports of other places are called', () => {
    const places = [{}, { hub: 'h1' }, { hub: 'h2' }, { company: 'c2' }];
    const all = issuesOf({ flow: places.map(notALamp) });
    assert.equal(new Set(all.map(({ key }) => key)).size, places.length);
  });

  it('are one for each status, with all nodes that show it', () => {
    const nodes = ['n1', 'n2'].map((id) => ({ node: { ...node, id }, status: 'not permitted' }));
    const [issue, ...others] = issuesOf({ nodes });
    assert.deepEqual([issue?.nodes.map(({ id }) => id), others], [['n1', 'n2'], []]);
  });

  it('have keys of their own, the weightiest first', () => {
    const all = issuesOf({
      ...connection('disconnected', 'dns'),
      flow: [unknown('hub', 'h9'), unknown('port', 'h9')],
      nodes: [{ node, status: 'not permitted' }],
      streams: [{ ...stream, eventsPerSecond: 90 }],
    });
    assert.equal(new Set(all.map(({ key }) => key)).size, 5);
    assert.match(all[0]?.key ?? '', /^account/);
    assert.match(all.at(-1)?.key ?? '', /^rate/);
  });
});
