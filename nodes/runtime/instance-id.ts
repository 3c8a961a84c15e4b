import { createHash } from 'node:crypto';
import type { Runtime } from './node-red';

/**
 * What tells this Node-RED from every other one and stays the same over restarts: the id it keeps in its settings, or,
 * where it has none, one made from its user directory.
 */
export function readInstanceId({ settings }: Runtime): string {
  // `get` throws while no settings are stored.
  const stored: unknown = settings.available() ? settings.get('instanceId') : undefined;
  if (typeof stored === 'string' && stored !== '') return stored;
  return createHash('sha256')
    .update(settings.userDir ?? process.cwd())
    .digest('hex')
    .slice(0, 16);
}
