import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendLines } from '../../../nodes/runtime/sidebar/send-lines';
import type { CompanyAnswer } from '../../../nodes/sidebar-messages';

const ports = Array.from({ length: 1_001 }, (_, at) => ({
  ...{ id: `p${at}`, name: at % 2 ? '"]}} ö' : '', hub: 'h', location: 'l', floorPlan: '', heardAt: at },
  state: { data: { at } },
}));

/** The answer as a browser reads it, and how it was encoded. */
async function answered(answer: CompanyAnswer, encoding: string): Promise<readonly [unknown, string | null]> {
  const server = createServer((request, response) => void sendLines(answer, request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}`, { headers: { 'Accept-Encoding': encoding } });
  const [first = '', ...lines] = (await response.text()).split('\n');
  const body = JSON.parse(first);
  for (const line of lines) body.content.ports.push(...JSON.parse(line));
  await new Promise((resolve) => server.close(resolve));
  return [body, response.headers.get('content-encoding')];
}

describe('the answer with a building', () => {
  const lists = { locations: [{ id: 'l', name: 'L' }], floorPlans: [], hubs: [] };
  const answers: readonly CompanyAnswer[] = [
    { state: 'ok', now: 1, frame: 2, content: { ...lists, ports } },
    { state: 'ok', now: 1, frame: 2, content: { ...lists, ports: ports.slice(0, 400) } },
    { state: 'ok', now: 1, frame: 0, content: { ...lists, ports: [] } },
    { state: 'failed', failure: { code: 'OCHNO_HTTP', message: 'no' } },
  ];

  it('is the same whether it is written in pieces or compressed', async () => {
    for (const answer of answers) {
      assert.deepEqual(await answered(answer, 'identity'), [answer, null]);
      assert.deepEqual(await answered(answer, 'gzip, br'), [answer, 'gzip']);
    }
  });
});
