import type { ServerResponse } from 'node:http';

const json = { 'Content-Type': 'application/json; charset=utf-8' };

/** Answers 200 with what no client should believe. */
export function sendGarbage(response: ServerResponse, kind: string): void {
  switch (kind) {
    case 'html':
      response
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<html><body>Please sign in to the Wi-Fi</body></html>');
      return;
    case 'empty':
      response.writeHead(200, json).end();
      return;
    case 'bom':
      response.writeHead(200, json).end('\uFEFF{"a": 1}');
      return;
    case 'wrong':
      response.writeHead(200, json).end('{"answer": 42}');
      return;
    case 'short':
      response.writeHead(200, { ...json, 'Content-Length': '1000' });
      response.write('{"a": 1}');
      setTimeout(() => response.destroy(), 20);
      return;
    case 'endless':
      sendEndlessly(response);
      return;
    case 'drip':
      sendSlowly(response);
      return;
    default:
      response.writeHead(200, json).end('[{"id": "r2d2i5b43", "na');
  }
}

function sendEndlessly(response: ServerResponse): void {
  const block = `"${'x'.repeat(65_533)}",`;
  response.writeHead(200, json);
  const more = (): void => {
    let room = true;
    while (room && !response.destroyed) room = response.write(block);
    if (!response.destroyed) response.once('drain', more);
  };
  response.write('[');
  more();
}

/** Good JSON, a byte at a time. */
function sendSlowly(response: ServerResponse): void {
  const text = JSON.stringify(Array.from({ length: 100 }, (_, id) => ({ id: `drop${id}` })));
  let at = 0;
  response.writeHead(200, json);
  const timer = setInterval(() => {
    if (at < text.length) response.write(text.charAt(at++));
    else response.end();
  }, 20);
  response.on('close', () => clearInterval(timer));
}
