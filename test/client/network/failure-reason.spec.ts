import assert from 'node:assert/strict';
import { failureReason } from '../../../src/client/network/failure-reason';
import { type ConnectionReason, OchnoError } from '../../../src/protocol/ochno-error';

function coded(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe('the reason of a failure', () => {
  const codes: Record<ConnectionReason, string[]> = {
    dns: ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'],
    refused: ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EACCES'],
    tls: [
      'CERT_HAS_EXPIRED',
      'CERT_NOT_YET_VALID',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'ERR_OSSL_PEM_NO_START_LINE',
      'EPROTO',
      'HOSTNAME_MISMATCH',
    ],
    timeout: ['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
    proxy: [],
    clock: [],
    forbidden: [],
  };
  for (const [reason, all] of Object.entries(codes)) {
    for (const code of all) {
      it(`${code} is ${reason}`, () => {
        assert.equal(failureReason(coded(code)), reason);
      });
    }
  }

  const others: [what: string, error: unknown, reason: ConnectionReason | undefined][] = [
    ['an OchnoError that says it', new OchnoError('OCHNO_NETWORK', 'x', { reason: 'clock' }), 'clock'],
    ['an OchnoError whose cause says it', new OchnoError('OCHNO_NETWORK', 'x', { cause: coded('ENOTFOUND') }), 'dns'],
    ['OCHNO_TIMEOUT', new OchnoError('OCHNO_TIMEOUT', 'x'), 'timeout'],
    ['a platform that forbids', new OchnoError('OCHNO_HTTP', 'x', { statusCode: 403 }), 'forbidden'],
    ['a gateway that waited too long', new OchnoError('OCHNO_HTTP', 'x', { statusCode: 504 }), 'timeout'],
    ['a platform that knows it not', new OchnoError('OCHNO_HTTP', 'x', { statusCode: 404 }), undefined],
    ["a WebSocket's refused upgrade", new Error('Unexpected server response: 403'), 'forbidden'],
    [
      'an end during the TLS handshake',
      coded('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'),
      'tls',
    ],
    ['a WebSocket that took too long', new Error('Opening handshake has timed out'), 'timeout'],
    ['a broker that took too long', new Error('connack timeout'), 'timeout'],
    ["axios's own timeout", coded('ECONNABORTED', 'timeout of 100ms exceeded'), 'timeout'],
    ['AbortSignal.timeout', new DOMException('late', 'TimeoutError'), 'timeout'],
    ['both addresses refused', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), 'refused'],
    [
      'no IPv6 and a silent IPv4',
      Object.assign(new AggregateError([coded('ENETUNREACH'), coded('ETIMEDOUT')]), { code: 'ENETUNREACH' }),
      'timeout',
    ],
    ['no way to either address', new AggregateError([coded('ENETUNREACH'), coded('EHOSTUNREACH')]), 'refused'],
    [
      'an AggregateError wrapped twice',
      new Error('a', { cause: new Error('b', { cause: new AggregateError([coded('ENOTFOUND')]) }) }),
      'dns',
    ],
    ['a connection that broke off', coded('ECONNRESET', 'socket hang up'), undefined],
    ['a reason that is none', { reason: 'whatever' }, undefined],
    ['a code that is a property of every object', coded('toString'), undefined],
    ['nothing', undefined, undefined],
    ['text', 'ENOTFOUND', undefined],
  ];
  for (const [what, error, reason] of others) {
    it(`of ${what} is ${reason ?? 'not known'}`, () => {
      assert.equal(failureReason(error), reason);
    });
  }

  it('is looked for in an error that is its own cause', () => {
    const error = new Error('loop');
    error.cause = error;
    assert.equal(failureReason(error), undefined);
  });
});
