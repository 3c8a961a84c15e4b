import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { CompanyLine } from '../../sidebar-messages';

interface Request {
  readonly headers: { readonly 'accept-encoding'?: string | undefined };
}

interface Response extends NodeJS.WritableStream {
  setHeader(name: string, value: string): unknown;
}

/**
 * Answers with lines of JSON, each as soon as there is one: also where they are compressed, which they are for a browser that
 * takes that. One that goes away before the last ends that, and is no fault.
 */
export async function sendLines(
  lines: AsyncIterable<CompanyLine>,
  request: Request,
  response: Response,
): Promise<void> {
  response.setHeader('Content-Type', 'application/x-ndjson; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  const isCompressed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (isCompressed) response.setHeader('Content-Encoding', 'gzip');
  try {
    if (isCompressed) {
      await pipeline(written(lines), createGzip({ level: 1, flush: constants.Z_SYNC_FLUSH }), response);
    } else await pipeline(written(lines), response);
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* written(lines: AsyncIterable<CompanyLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
