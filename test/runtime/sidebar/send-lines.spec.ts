import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendLines } from '../../../nodes/runtime/sidebar/send-lines';
import type { CompanyLine } from '../../../nodes/sidebar-messages';
import { Opened } from '../../support/closing';
import { eventually } from '../../support/eventually';

const layout: CompanyLine = {
  line: 'layout',
  layout: { locations: [{ id: 'l', name: '"]}} ö\n' }], floorPlans: [], hubs: [] },
};
const ports: CompanyLine = {
  line: 'ports',
  ports: Array.from({ length: 400 }, (_, at) => ({
    ...{ id: `p${at}`, name: '', hub: 'h', location: 'l', floorPlan: '', heardAt: at },
    state: { data: { at } },
  })),
};
const opened = new Opened();

/** The answer to a browser that takes these encodings, and what became of the sending. */
async function answer(lines: AsyncIterable<CompanyLine>, encodings: string) {
  let sending: Promise<void> | undefined;
  const server = createServer((request, response) => {
    sending = sendLines(lines, request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  opened.add({ close: () => new Promise((resolve) => void server.close(resolve)) });
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}`, { headers: { 'Accept-Encoding': encodings } });
  return { response, sending };
}

describe('the answer with a building', () => {
  afterEach(() => opened.close());

  for (const [encodings, encoding] of [
    ['identity', null],
    ['gzip, br', 'gzip'],
  ] as const) {
    it(`is one line after the other, each sent before the next is known (${encodings})`, async () => {
      let goOn: () => void = () => undefined;
      const isRead = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const { response } = await answer(
        (async function* () {
          yield layout;
          await isRead;
          yield ports;
          yield ports;
        })(),
        encodings,
      );
      assert.equal(response.headers.get('content-encoding'), encoding);
      assert.ok(response.body);
      let text = '';
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        text += piece;
        if (text.endsWith('\n')) goOn();
      }
      const lines = text.trim().split('\n');
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        [layout, ports, ports],
      );
    });
  }

  it('ends with a browser that goes away, and is not a fault then', async () => {
    let isOver = false;
    const { response, sending } = await answer(
      (async function* () {
        try {
          for (;;) yield ports;
        } finally {
          isOver = true;
        }
      })(),
      'gzip',
    );
    await response.body?.cancel();
    await sending;
    await eventually(() => isOver);
  });
});
