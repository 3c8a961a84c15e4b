import assert from 'node:assert/strict';
import { findFlowIssues, type KnownCompany } from '../../../nodes/editor/sidebar/flow/flow-issues';
import { fitsOneNode, newNode } from '../../../nodes/editor/sidebar/flow/new-node';
import { planReplacement } from '../../../nodes/editor/sidebar/flow/replacement';
import { NodeUsage, type UsingNode } from '../../../nodes/editor/sidebar/flow/using-node';
import { actionOutDefaults, portInDefaults } from '../../../nodes/options';

const address = { account: 'acc', company: 'c1', location: 'l1', hub: 'h1', port: 'p1' };

/** How an option names a variable of the server. */
function environment(name: string): string {
  return `\${${name}}`;
}

function node(id: string, options: Partial<UsingNode> = {}): UsingNode {
  const blank = { account: 'acc', company: 'c1', location: '', hub: '', port: '', command: 'lamp' };
  return { id, type: 'ochno-port-in', ...blank, ...options };
}

describe('which nodes use a port', () => {
  const usedBy = (nodes: readonly UsingNode[], company = ''): readonly string[] =>
    new NodeUsage(nodes, () => company).nodesOf(address).map(({ id }) => id);

  it('are those that name it, alone or among others, and port-ins that leave the level open', () => {
    const nodes = [
      node('exact', { location: 'l1', hub: 'h1', port: 'p1' }),
      node('several', { hub: 'h0, h1', port: 'p0, p1' }),
      node('hub', { hub: 'h1' }),
      node('all', { port: '+' }),
      node('other hub', { hub: 'h2', port: 'p1' }),
      node('other account', { account: 'b', port: 'p1' }),
    ];
    assert.deepEqual(usedBy(nodes), ['exact', 'several', 'hub', 'all']);
  });

  it('are not those whose port only a message or the environment tells', () => {
    const out = { type: 'ochno-action-out' } as const;
    const nodes = [
      node('message', { ...out, hub: 'h1' }),
      node('env', { port: environment('DESK') }),
      node('every', { ...out, location: '+', hub: 'h1', port: '+' }),
    ];
    assert.deepEqual(usedBy(nodes), ['every']);
  });

  it('mean the account’s default company where they name none', () => {
    assert.deepEqual(usedBy([node('n', { company: '', port: 'p1' })], 'c1'), ['n']);
    assert.deepEqual(usedBy([node('n', { company: '', port: 'p1' })], 'c2'), []);
    assert.deepEqual(usedBy([node('n', { company: '', port: 'p1' })]), []);
  });
});

describe('a node for ports', () => {
  const defaults = (options: object) =>
    Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { value }]));

  it('has every option of its type, the address and the property', () => {
    const made = newNode({
      type: 'ochno-port-in',
      defaults: defaults(portInDefaults),
      addresses: [address],
      property: 'data.t',
    });
    for (const option of Object.keys(portInDefaults)) assert.ok(option in made, option);
    const { account, company, location, hub, port, property, wires } = made;
    assert.deepEqual({ account, company, location, hub, port }, address);
    assert.deepEqual([property, wires], ['data.t', [[]]]);
  });

  it('stands for several ports, and an action-out for those of one hub', () => {
    const other = { ...address, port: 'p2' };
    const made = newNode({
      type: 'ochno-action-out',
      defaults: defaults(actionOutDefaults),
      addresses: [address, other],
      command: 'device',
    });
    assert.deepEqual([made.hub, made.port, made.command], ['h1', 'p1,p2', 'device']);
    assert.ok(fitsOneNode('ochno-action-out', [address, other]));
    assert.ok(!fitsOneNode('ochno-action-out', [address, { ...other, hub: 'h2' }]));
    assert.ok(fitsOneNode('ochno-port-in', [address, { ...other, hub: 'h2' }]));
    assert.ok(!fitsOneNode('ochno-port-in', [address, { ...address, hub: 'h2' }]), 'the same port id on two hubs');
    assert.ok(!fitsOneNode('ochno-port-in', [address, { ...other, account: 'b' }]));
    assert.ok(!fitsOneNode('ochno-port-in', []));
    assert.throws(() => newNode({ type: 'ochno-port-in', defaults: {}, addresses: [] }), RangeError);
  });

  it('shares no value with the type’s definition', () => {
    const list = { value: [1] };
    assert.notEqual(newNode({ type: 'ochno-port-in', defaults: { list }, addresses: [address] }).list, list.value);
  });
});

describe('replacing an id', () => {
  const known = {
    placesOf: (port: string) =>
      ({ p2: [{ hub: 'h1', location: 'l1' }], p9: [{ hub: 'h9', location: 'l9' }] })[port] ?? [],
    locationOf: (hub: string) => ({ h1: 'l1', h9: 'l9' })[hub],
  };
  const unknownPort = { account: 'acc', company: 'c1', level: 'port', id: 'p1' } as const;
  const byPort = { location: 'l9', hub: 'h9', port: 'p9' };

  it('names the new port with its hub and location, and leaves open what was open', () => {
    const full = node('full', { location: 'l1', hub: 'h1', port: 'p1' });
    const [one, two] = planReplacement([full, node('bare', { port: 'p1' })], unknownPort, byPort, known);
    assert.deepEqual(one?.fields, { location: 'l9', hub: 'h9', port: 'p9' });
    assert.deepEqual(two?.fields, { port: 'p9' });
  });

  it('keeps the hub and location of the other ports a node names', () => {
    const several = node('several', { location: 'l1', hub: 'h1', port: 'p1, p2' });
    const [plan] = planReplacement([several], unknownPort, byPort, known);
    assert.deepEqual(plan?.fields, { location: 'l1,l9', hub: 'h1,h9', port: 'p9,p2' });
  });

  it('leaves an action-out alone that would have to name two hubs', () => {
    const out = node('out', { type: 'ochno-action-out', location: 'l1', hub: 'h1', port: 'p1,p2' });
    assert.deepEqual(planReplacement([out], unknownPort, byPort, known), [{ node: out }]);
  });

  it('replaces a hub with its location, and a location alone', () => {
    const hub = { ...unknownPort, level: 'hub', id: 'gone' } as const;
    const [plan] = planReplacement(
      [node('n', { location: 'l1', hub: 'gone', port: 'p1' })],
      hub,
      { location: 'l9', hub: 'h9' },
      known,
    );
    assert.deepEqual(plan?.fields, { hub: 'h9', location: 'l9' });
    const location = { ...unknownPort, level: 'location', id: 'gone' } as const;
    const [other] = planReplacement([node('n', { location: 'gone,l1' })], location, { location: 'l9' }, known);
    assert.deepEqual(other?.fields, { location: 'l9,l1' });
  });

  it('names nothing twice', () => {
    const [plan] = planReplacement([node('n', { port: 'p1,p9' })], unknownPort, byPort, known);
    assert.deepEqual(plan?.fields, { port: 'p9' });
  });
});

describe('the issues of the flows', () => {
  const variable = `\${LOCATION}`;
  const has = { location: ['l1', 'l2'], hub: ['h1', 'h2'], port: ['p1', 'p2', 'p3'] };
  const at = { h1: { hub: 'h1', location: 'l1' }, h2: { hub: 'h2', location: 'l2' } };
  const places: Readonly<Record<string, readonly (typeof at.h1)[]>> = { p1: [at.h1, at.h2], p2: [at.h1], p3: [at.h2] };
  const company: KnownCompany = {
    ...{ account: 'acc', company: 'c1' },
    has: (level, id) => has[level].includes(id),
    kindsAt: (port) => ({ p1: ['lamp'], p2: ['sensor'] })[port] ?? [],
    placesOf: (port) => places[port] ?? [],
    locationOf: (hub) => ({ h1: 'l1', h2: 'l2' })[hub],
  };
  const issues = (nodes: readonly UsingNode[], known: KnownCompany | 'unread' = company) =>
    findFlowIssues({
      nodes,
      defaultCompany: () => 'c1',
      companiesOf: () => new Set(['c1']),
      known: () => (known === 'unread' ? undefined : known),
    });

  it('are ids that the platform does not know, each once with all its nodes', () => {
    const found = issues([
      node('a', { hub: 'gone', port: 'p1' }),
      node('b', { hub: 'h1,gone' }),
      node('ok', { hub: 'h1' }),
    ]);
    const [issue, ...others] = found;
    assert.deepEqual(others, []);
    assert.ok(issue?.kind === 'unknown id');
    assert.deepEqual(issue.unknown, { account: 'acc', company: 'c1', level: 'hub', id: 'gone' });
    assert.deepEqual(
      issue.nodes.map(({ id }) => id),
      ['a', 'b'],
    );
  });

  it('are hubs and ports that are elsewhere than the nodes say, each once', () => {
    const found = issues([
      node('right', { location: 'l1', hub: 'h1', port: 'p1,p2' }),
      node('any', { hub: '+', port: 'p3' }),
      node('one of two', { hub: 'h1,h2', port: 'p2,p3' }),
      node('other hub', { hub: 'h2', port: 'p1,p2' }),
      node('other hub, too', { hub: 'h2', port: 'p2' }),
      node('other location', { location: 'l1', port: 'p3' }),
      node('hub elsewhere', { location: 'l1', hub: 'h2', port: 'p3' }),
      node('by a variable', { location: variable, hub: 'h2', port: 'p3' }),
    ]);
    assert.deepEqual(
      found.map((issue) => [
        issue.kind === 'misplaced id' && `${issue.unknown.level} ${issue.unknown.id}`,
        ...issue.nodes.map(({ id }) => id),
      ]),
      [
        ['port p2', 'other hub', 'other hub, too'],
        ['port p3', 'other location'],
        ['hub h2', 'hub elsewhere'],
      ],
    );
  });

  it('are lamp commands for what is not a lamp, but not for a port where nothing is plugged in', () => {
    const out = { type: 'ochno-action-out' } as const;
    const found = issues([
      node('sensor', { ...out, port: 'p2' }),
      node('lamp', { ...out, port: 'p1' }),
      node('device', { ...out, port: 'p2', command: 'device' }),
    ]);
    assert.deepEqual(
      found.map(({ kind, nodes }) => [kind, nodes.map(({ id }) => id)]),
      [['not a lamp', ['sensor']]],
    );
  });

  it('are told apart by the hub of a port that is no lamp', () => {
    const out = { type: 'ochno-action-out', port: 'p2' } as const;
    const found = issues([node('a', { ...out, hub: 'h1' }), node('b', { ...out, hub: 'h1' }), node('c', out)]);
    assert.deepEqual(
      found.map((issue) => [issue.kind === 'not a lamp' && issue.hub, issue.nodes.map(({ id }) => id)]),
      [
        ['h1', ['a', 'b']],
        ['', ['c']],
      ],
    );
  });

  it('are companies that the account does not list', () => {
    const [issue] = issues([node('a', { company: 'c9' })]);
    assert.deepEqual([issue?.kind, issue?.kind === 'unknown company' && issue.id], ['unknown company', 'c9']);
  });

  it('are not held against what was not read, is any, or comes from the environment', () => {
    assert.deepEqual(issues([node('a', { hub: 'gone' })], 'unread'), []);
    assert.deepEqual(
      issues([node('a', { hub: environment('HUB'), port: '+' }), node('b', { company: '+', port: 'x' })]),
      [],
    );
    const unread = {
      nodes: [node('a')],
      defaultCompany: () => 'c1',
      companiesOf: () => undefined,
      known: () => company,
    };
    assert.deepEqual(findFlowIssues(unread), []);
  });
});
