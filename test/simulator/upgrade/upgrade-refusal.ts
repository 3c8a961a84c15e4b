import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { cdnPage } from '../cdn-page';

function send(socket: Duplex, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** The headers that AWS puts on every answer of the gateway. */
export const corsHeaders = {
  'Access-Control-Allow-Origin': '*',
  'access-control-expose-headers': 'x-amzn-ErrorMessage, x-amzn-RequestId, x-amzn-ErrorType, Date',
} as const;

/** Refuses an upgrade in AWS IoT's exact shape. */
export function refuseForbidden(socket: Duplex, message: string, date: Date): void {
  const traceId = randomUUID();
  const body = JSON.stringify({ message, traceId });
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    date: date.toUTCString(),
    'x-amzn-RequestId': traceId,
    connection: 'keep-alive',
    'x-amzn-ErrorType': 'ForbiddenException:',
    ...corsHeaders,
  };
  send(socket, 403, headers, body);
}

/** Refuses an upgrade as a content delivery network would. */
export function refuseByCdn(socket: Duplex, status: number, date: Date): void {
  const { headers, body } = cdnPage(status);
  send(socket, status, { ...headers, Date: date.toUTCString(), Connection: 'close' }, body);
}

/** Refuses an upgrade as something between client and AWS would: a status and an HTML page. */
export function refuseWithPage(socket: Duplex, status: number, date: Date, location?: string): void {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body><h1>${title}</h1></body>\r\n</html>\r\n`;
  const headers = {
    'content-type': 'text/html',
    'content-length': String(Buffer.byteLength(body)),
    date: date.toUTCString(),
    connection: 'close',
    ...(location !== undefined && { location }),
  };
  send(socket, status, headers, body);
}
