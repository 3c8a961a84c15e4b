import {
  connectedNewer,
  connectionSign,
  failureSign,
  forbidden,
  gap,
  noCompany,
  noDevice,
  noLamp,
  noPort,
  notConfigured,
  type Sign,
  sending,
} from '../../nodes/runtime/status/status';
import { connectionReasons, OchnoError } from '../../src/protocol/ochno-error';

const failures = ['VALUE', 'PAYLOAD', 'TIMEOUT', 'REFUSED', 'CLOSED', 'HTTP', 'LOGIN', 'NETWORK'] as const;

/** Everything that may stand under a node, but for values and options that are missing. */
export const signs: readonly Sign[] = [
  ...(['connected', 'connecting', 'disconnected', 'log-in refused'] as const).map((state) => connectionSign({ state })),
  ...connectionReasons.map((reason) => connectionSign({ state: 'disconnected', reason })),
  ...failures.map((word) => failureSign(new OchnoError(`OCHNO_${word}`, ''))),
  failureSign(new Error('a bug')),
  ...[sending, gap, forbidden, noCompany, noPort, noDevice, noLamp, connectedNewer, notConfigured(undefined)],
];
