import { OchnoError } from '../../protocol/ochno-error';
import { checkId } from '../../protocol/topics/address';
import type { RestRequest, RestResponse } from './rest-client';

/** The ids of every company the account lists. */
export async function listCompanies(
  request: (request: RestRequest) => Promise<RestResponse>,
): Promise<readonly string[]> {
  const { body, statusCode } = await request({ method: 'GET', path: '/api/companies', all: true });
  if (!Array.isArray(body)) {
    const details = { statusCode, cause: { statusCode } };
    throw new OchnoError('OCHNO_HTTP', "the platform's list of companies is no list", details);
  }
  return body.flatMap((company: unknown) => {
    if (typeof company !== 'object' || company === null || !('id' in company)) return [];
    return typeof company.id === 'string' ? [checkId('company', company.id)] : [];
  });
}
