import { createHash } from 'node:crypto';
import type { Runtime, RuntimeNode } from '../node-red';
import { placeOf } from './node-place';

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
