import { ResourceClient } from '../../../src/client/rest/resource-client';
import type { RestRequest, RestResponse } from '../../../src/client/rest/rest-request';
import { FakeClock } from '../../support/fake-clock';

/** When the tests ask. */
export const nowMs = Date.UTC(2025, 0, 15, 12);
export const portNames =
  async () =>
  (port: string): string | undefined =>
    ({ p1: 'Desk 1', p2: 'Desk 2' })[port];

/** A resource client over one that answers `body` to everything and keeps what it was asked. */
export function resourceClient(body: unknown = {}): { resources: ResourceClient; requests: RestRequest[] } {
  const requests: RestRequest[] = [];
  const rest = {
    request: async (request: RestRequest): Promise<RestResponse> => {
      requests.push(request);
      return { statusCode: 200, headers: {}, body, method: request.method, path: request.path };
    },
  };
  return { resources: new ResourceClient(rest, { clock: new FakeClock(nowMs), random: () => 0, portNames }), requests };
}
