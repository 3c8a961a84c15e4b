import assert from 'node:assert/strict';
import { readPortSnapshot } from '../../../src/client/rest/platform-lists';
import type { RestRequest, RestResponse } from '../../../src/client/rest/rest-client';
import type { PortSelector } from '../../../src/protocol/topics/address';

const receivedAt = 1_700_000_000_000;

function platform(lists: Record<string, unknown>) {
  return async ({ method, path }: RestRequest): Promise<RestResponse> => {
    if (!(path in lists)) throw new Error(`nothing at ${path}`);
    return { statusCode: 200, headers: {}, body: lists[path], method, path };
  };
}

function read(ports: unknown, selectors: readonly PortSelector[] = [], lists: Record<string, unknown> = {}) {
  return readPortSnapshot({
    request: platform({ '/api/ports': ports, ...lists }),
    company: 'c',
    selectors,
    receivedAt,
  });
}

describe('the snapshot of a company’s ports', () => {
  it('has the shape of the ports’ events', async () => {
    const port = {
      id: 'p',
      hubId: 'h',
      locationId: 'l',
      companyId: 'c',
      data: { t: 5, device: { lamp: { level: 10 } } },
    };
    const [event] = await read([port]);
    assert.deepEqual(event, {
      topic: '/ports/c/l/h/p',
      address: { company: 'c', location: 'l', hub: 'h', port: 'p' },
      data: { id: 'h', t: 5, data: { portId: 'p', t: 5, device: { lamp: { level: 10 } } } },
      receivedAt,
      kind: 'snapshot',
    });
  });

  it('finds a port’s location by its hub where the port does not say', async () => {
    const hubs = [{ id: 'h', locationId: 'l' }];
    const [event] = await read([{ id: 'p', hubId: 'h' }], [], { '/api/hubs': hubs });
    assert.equal(event?.topic, '/ports/c/l/h/p');
  });

  it('takes the place from who asks for exactly that port where the platform says nothing of it', async () => {
    const selector = { company: 'c', locations: ['l'], hubs: ['h'], ports: ['p'] };
    const [event] = await read([{ id: 'p', data: { connected: true } }], [selector]);
    assert.equal(event?.topic, '/ports/c/l/h/p');
  });

  it('leaves out ports of other companies, without a place, and with ids no topic can hold', async () => {
    const place = { hubId: 'h', locationId: 'l' };
    const ports = [{ id: 'q', companyId: 'd', ...place }, { id: 'lost' }, { id: 'a/b', ...place }, 'no port', null];
    assert.deepEqual(await read(ports), []);
  });

  it('is an error where the answer is no list', async () => {
    await assert.rejects(read({ ports: [] }), { code: 'OCHNO_HTTP' });
  });
});
