import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { CompanyAnswer } from '../../sidebar-messages';

/** So many ports are in a line: a few milliseconds, after which the flows have their turn. */
const portsAtOnce = 400;

interface Request {
  readonly headers: { readonly 'accept-encoding'?: string | undefined };
}

interface Response extends NodeJS.WritableStream {
  setHeader(name: string, value: string): unknown;
}

/**
 * Answers with a building of any size, compressed where the browser takes that, and in lines of JSON: writing ten thousand
 * ports at once would hold up Node-RED's flows, and reading them the editor.
 */
export async function sendLines(answer: CompanyAnswer, request: Request, response: Response): Promise<void> {
  response.setHeader('Content-Type', 'application/x-ndjson; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  let target: NodeJS.WritableStream = response;
  if (/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    response.setHeader('Content-Encoding', 'gzip');
    const gzip = createGzip({ level: 1 });
    gzip.pipe(response);
    target = gzip;
  }
  if (answer.state === 'failed') {
    target.end(JSON.stringify(answer));
    return;
  }
  const { ports } = answer.content;
  target.write(JSON.stringify({ ...answer, content: { ...answer.content, ports: [] } }));
  for (let at = 0; at < ports.length; at += portsAtOnce) {
    await setImmediate();
    target.write(`\n${JSON.stringify(ports.slice(at, at + portsAtOnce))}`);
  }
  target.end();
}
