import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { CompanyAnswer } from '../../sidebar-messages';

/** So many ports are written at once: a few milliseconds, after which the flows have their turn. */
const portsAtOnce = 400;

interface Request {
  readonly headers: { readonly 'accept-encoding'?: string | undefined };
}

interface Response extends NodeJS.WritableStream {
  setHeader(name: string, value: string): unknown;
}

/**
 * Answers with a building of any size, compressed where the browser takes that, and in pieces: writing ten thousand
 * ports as JSON at once would hold up Node-RED's flows.
 */
export async function sendJson(answer: CompanyAnswer, request: Request, response: Response): Promise<void> {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
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
  const { ports, ...lists } = answer.content;
  const { content: _, ...head } = answer;
  const text = JSON.stringify({ ...head, content: { ...lists, ports: [] } });
  target.write(text.slice(0, -']}}'.length));
  for (let at = 0; at < ports.length; at += portsAtOnce) {
    const piece = JSON.stringify(ports.slice(at, at + portsAtOnce)).slice(1, -1);
    target.write(at === 0 ? piece : `,${piece}`);
    await setImmediate();
  }
  target.end(']}}');
}
