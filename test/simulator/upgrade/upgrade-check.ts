import type { IncomingMessage } from 'node:http';
import { region } from '../api/stream-access';
import type { Faults } from '../faults';
import { checkSignature, messages } from './sigv4-check';
import type { StreamCredentials, StreamGrant } from './stream-credentials';

export const subprotocols: readonly string[] = ['mqtt', 'mqttv3.1'];

/** What becomes of a request to upgrade. */
export type UpgradeVerdict =
  | { readonly kind: 'admit'; readonly grant: StreamGrant }
  | { readonly kind: 'forbid'; readonly message: string }
  | { readonly kind: 'page'; readonly status: number; readonly location?: string }
  | { readonly kind: 'cdn'; readonly status: number }
  | { readonly kind: 'hang' };

function faultVerdict(faults: Faults): UpgradeVerdict | undefined {
  const cdn = faults.strikeNumber('cdn-page', 403, '/mqtt');
  if (cdn !== undefined) return { kind: 'cdn', status: cdn };
  if (faults.strike('upgrade-hang') !== undefined) return { kind: 'hang' };
  const location = faults.strike('upgrade-redirect');
  if (location !== undefined) return { kind: 'page', status: 302, location };
  const status = faults.strikeNumber('upgrade-error', 500);
  if (status !== undefined) return { kind: 'page', status };
  if (faults.strike('upgrade-forbidden') !== undefined) return { kind: 'forbid', message: messages.mismatch };
  if (faults.strike('upgrade-expired') !== undefined) return { kind: 'forbid', message: messages.expiredToken };
  return undefined;
}

/** Judges a request to upgrade: faults, path, subprotocol, signature. */
export function judgeUpgrade(
  request: IncomingMessage,
  credentials: StreamCredentials,
  faults: Faults,
  now: number,
): UpgradeVerdict {
  const fault = faultVerdict(faults);
  if (fault !== undefined) return fault;
  const target = request.url ?? '';
  if (!/^\/mqtt(\?|$)/.test(target)) return { kind: 'page', status: 404 };
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  if (!subprotocols.some((name) => offered.includes(name))) return { kind: 'page', status: 400 };
  const signed = { method: request.method ?? 'GET', target, headers: request.headers };
  const verdict = checkSignature(signed, region, (id) => credentials.find(id), now);
  return verdict.ok ? { kind: 'admit', grant: verdict.grant } : { kind: 'forbid', message: verdict.message };
}
