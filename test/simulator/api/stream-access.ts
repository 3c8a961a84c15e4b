import type { Faults } from '../faults';
import type { StreamCredentials } from '../upgrade/stream-credentials';

export const region = 'eu-west-1';

/** Where the gateway is. */
export interface GatewayPlace {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'ws' | 'wss';
}

/** What `iotAccess` answers for a company, faults included. */
export function streamAccess(
  credentials: StreamCredentials,
  company: string,
  place: GatewayPlace,
  faults: Faults,
): Record<string, unknown> {
  const { accessKeyId, secretKey, sessionToken, expiresAt } = credentials.issue(company);
  const past = faults.strike('iot-expiration-past') !== undefined;
  const expiration = new Date(past ? expiresAt - 2 * 3_600_000 : expiresAt).toISOString();
  const answer: Record<string, unknown> = { accessKeyId, secretKey, sessionToken, expiration, region, ...place };
  if (faults.isOn('pin-client-id')) answer.clientId = pinnedClientId(company);
  const fields = faults.strike('iot-access-fields');
  if (fields !== undefined) Object.assign(answer, JSON.parse(fields === '' ? '{}' : fields));
  const missing = faults.strike('iot-access-missing-field');
  if (missing !== undefined) delete answer[missing === '' ? 'sessionToken' : missing];
  return answer;
}

/** The one client id a company may use while client ids are pinned. */
export function pinnedClientId(company: string): string {
  return `ochno-${company}-1`;
}
