import { createHash } from 'node:crypto';
import type { Runtime, RuntimeNode } from '../node-red';

/**
 * What a node is known by over deploys, wherever it is moved to: its id or, within a subflow, where the runtime makes up
 * new ids, the ids from the outermost instance down to it.
 */
export function placeOf(node: RuntimeNode): string {
  return idsOf(node).join('/');
}

/** The id a node was saved under, which those of every instance of a subflow share. */
export function savedIdOf(node: RuntimeNode): string {
  return idsOf(node).at(-1) ?? node.id;
}

/** What the instance of a subflow is called that a node is in; empty for none. */
export function instanceNameOf(node: RuntimeNode): string {
  const instance: unknown = Reflect.get(Object(node._flow), 'subflowInstance');
  const name: unknown = Reflect.get(Object(instance), 'name');
  return typeof name === 'string' ? name : '';
}

/**
 * Whether the flows that are being deployed still hold the node. The runtime calls a node removed, too, if it lives on in
 * another tab than the one that was removed around it.
 */
export function isDeployed({ nodes }: Runtime, node: RuntimeNode): boolean {
  const missing = new Set(idsOf(node));
  nodes.eachNode(({ id }) => {
    missing.delete(id);
  });
  return missing.size === 0;
}

/** The first part of a path is the tab, or `global` for what lives on none, and may change. */
function idsOf(node: RuntimeNode): readonly string[] {
  const path = '_path' in node && typeof node._path === 'string' ? node._path.split('/').slice(1) : [];
  return path.length > 0 ? path : [node.id];
}

/** The tab a node is on. In a subflow `z` is the subflow's instance; the path begins with the tab that instance is on. */
export function tabOf(node: RuntimeNode): string {
  return node._flow?.path.split('/', 1)[0] ?? node.z;
}

/**
 * What tells this account node from every other one, in this Node-RED or elsewhere, and stays the same over restarts and
 * moves. Two nodes may well hold one account, and of two connections under one client id the broker would keep closing the
 * older.
 */
export function readInstanceId({ settings }: Runtime, account: RuntimeNode, environment = process.env): string {
  return `${environment.OCHNO_INSTANCE || installationIdOf(settings)} ${placeOf(account)}`;
}

/** The id that Node-RED keeps in its settings or, if it has none, one made from its user directory. */
function installationIdOf(settings: Runtime['settings']): string {
  // `get` throws while no settings are stored.
  const stored: unknown = settings.available() ? settings.get('instanceId') : undefined;
  if (typeof stored === 'string' && stored !== '') return stored;
  return createHash('sha256')
    .update(settings.userDir ?? process.cwd())
    .digest('hex')
    .slice(0, 16);
}
