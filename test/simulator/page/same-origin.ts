import type { IncomingHttpHeaders } from 'node:http';

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a request names this computer as its host: a foreign name that resolves to it does not. */
export function isForLoopback({ host }: IncomingHttpHeaders): boolean {
  return loopbackNames.has((host ?? '').replace(/:\d+$/, '').toLowerCase());
}

/** Whether a request was made by a page of this very server. Browsers send `Origin` with every POST. */
export function isFromOwnPage({ host, origin }: IncomingHttpHeaders): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
