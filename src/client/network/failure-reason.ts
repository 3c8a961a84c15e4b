import { type ConnectionReason, connectionReasons } from '../../protocol/ochno-error';

/** Chains longer than this are not of this world, or circular. */
const deepestCause = 8;

const reasonsByCode: readonly (readonly [reason: ConnectionReason, codes: RegExp])[] = [
  ['dns', /^(ENOTFOUND|ENODATA|ESERVFAIL|EAI_AGAIN|EAI_FAIL|EAI_NODATA|EAI_NONAME)$/],
  ['refused', /^(ECONNREFUSED|EACCES|EPERM)$/],
  ['timeout', /^(ETIMEDOUT|ESOCKETTIMEDOUT|ERR_SOCKET_CONNECTION_TIMEOUT|OCHNO_TIMEOUT)$/],
  ['tls', /^(EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/],
  ['tls', /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/],
  // OpenSSL's verdicts on certificates and Node.js's own TLS errors are whole families of codes.
  ['tls', /^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_CERT_|ERROR_IN_CRL_|ERR_TLS_|ERR_SSL_|ERR_OSSL_)/],
];

/** No route to the host. With two addresses tried, the other one's failure says more, so this is asked last. */
const unreachableCode = /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EAFNOSUPPORT)$/;

const reasonOfStatus: Readonly<Record<number, ConnectionReason>> = {
  403: 'forbidden',
  407: 'proxy',
  408: 'timeout',
  504: 'timeout',
};

/** An error and all that it wraps, outermost first. */
function withCauses(error: unknown, depth = 0): readonly object[] {
  if (typeof error !== 'object' || error === null || depth > deepestCause) return [];
  const inner = [
    ...('errors' in error && Array.isArray(error.errors) ? error.errors.slice(0, deepestCause) : []),
    ...('cause' in error ? [error.cause] : []),
  ];
  return [error, ...inner.flatMap((cause) => withCauses(cause, depth + 1))];
}

/** The code of an error of Node.js or a library, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function ownReason(error: object): ConnectionReason | undefined {
  const stated = 'reason' in error ? connectionReasons.find((reason) => reason === error.reason) : undefined;
  if (stated !== undefined) return stated;
  const code = codeOf(error) ?? '';
  const [byCode] = reasonsByCode.find(([, codes]) => codes.test(code)) ?? [];
  if (byCode !== undefined) return byCode;
  if ('statusCode' in error && typeof error.statusCode === 'number') return reasonOfStatus[error.statusCode];
  if ('name' in error && error.name === 'TimeoutError') return 'timeout';
  return 'message' in error && typeof error.message === 'string' ? reasonOfMessage(error.message) : undefined;
}

/**
 * For errors that come without a code: the end of a connection during its handshake, a WebSocket's refused upgrade,
 * axios's own timeout.
 */
function reasonOfMessage(message: string): ConnectionReason | undefined {
  if (message.includes('before secure TLS connection was established')) return 'tls';
  if (message === 'Unexpected server response: 403') return 'forbidden';
  if (message === 'Unexpected server response: 407') return 'proxy';
  return /^(timeout of \d+ms exceeded|Opening handshake has timed out|connack timeout)$/.test(message)
    ? 'timeout'
    : undefined;
}

/**
 * Why a connection failed, read from whatever was thrown: Node.js, axios, ws, mqtt.js, OpenSSL or this package, with
 * all the causes and parts it wraps.
 *
 * @returns undefined if the error does not tell, as for a connection that broke off
 */
export function failureReason(error: unknown): ConnectionReason | undefined {
  const all = withCauses(error);
  for (const part of all) {
    const reason = ownReason(part);
    if (reason !== undefined) return reason;
  }
  return all.some((part) => unreachableCode.test(codeOf(part) ?? '')) ? 'refused' : undefined;
}
