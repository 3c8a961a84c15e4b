import assert from 'node:assert/strict';
import { readExample, sharedAccountId } from '../examples/example-files';
import type { Simulator } from '../simulator';
import { eventually } from './eventually';
import type { NodeRedProcess } from './node-red-process';

/**
 * The package's main path in a started Node-RED: the demo flow is deployed, events come in, a lamp obeys, a company is
 * renamed.
 */
export async function runMainPath(nodeRed: NodeRedProcess, simulator: Simulator): Promise<void> {
  const { url: server, email, password, building } = simulator;
  const flow = readExample('A whole demo office').map((node) => ({
    ...node,
    ...(node.id === sharedAccountId ? { server } : {}),
    ...(node.type === 'debug' ? { console: true } : {}),
  }));
  const press = async (name: string): Promise<void> => {
    const id = flow.find((node) => node.type === 'inject' && 'name' in node && node.name === name)?.id;
    const { status } = await fetch(`${nodeRed.url}/inject/${id}`, { method: 'POST' });
    assert.equal(status, 200, `pressing "${name}"`);
  };
  await nodeRed.deploy(flow, { [sharedAccountId]: { email, password } });
  await nodeRed.logged(/is connected/);
  building.unplug('port3');
  await nodeRed.logged(/\[debug:event at desk 1\]\s*\{[\s\S]*port3/);
  building.plugIn('port3');
  await nodeRed.logged(/A laptop was plugged in at hub1/);
  await press('100 %');
  await nodeRed.logged(/\[debug:sent and confirmed\]/);
  assert.equal(building.port('port1').data.device?.lamp?.level, 100);
  await nodeRed.logged(/\[debug:the lamp is at\]\s*100/);
  await press('Goople & Sons');
  await eventually(() => building.companies.get('r2d2i5b43')?.name === 'Goople & Sons', 'the company is renamed');
  assert.equal(simulator.records.logIns, 1);
}

/** Node-RED's own list of the package's node sets: each there, enabled and without an error. */
export async function checkNodeSets(
  nodeRed: NodeRedProcess,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const read = async (path: string): Promise<unknown> =>
    (await fetch(`${nodeRed.url}/${path}`, { headers: { Accept: 'application/json', ...headers } })).json();
  const sets: { module: string; name: string; types: string[]; enabled: boolean; err?: string }[] = Object(
    await read('nodes'),
  );
  const ours = sets.filter(({ module }) => module === '@ochno/node-red-ochno');
  assert.deepEqual(ours.map(({ name, types, enabled, err }) => [name, types, enabled, err]).sort(), [
    ['ochno-action-out', ['ochno-action-out'], true, undefined],
    ['ochno-config', ['ochno-config'], true, undefined],
    ['ochno-port-in', ['ochno-port-in'], true, undefined],
    ['ochno-rest', ['ochno-rest'], true, undefined],
  ]);
  const catalogues: Record<string, object> = Object(await read('nodes/messages?lng=en-US'));
  for (const { name } of ours) {
    const catalogue = Object(catalogues[`@ochno/node-red-ochno/${name}`]);
    assert.ok(Object.keys(Object(catalogue.label)).length > 0, `${name} has no texts`);
  }
}
