import assert from 'node:assert/strict';
import { streamErrorFrom } from '../../../src/client/mqtt/mqtt-failure';

const withCode = (code: string | number, message = 'x'): Error => Object.assign(new Error(message), { code });

describe('what mqtt.js reports', () => {
  for (const code of [4, 5, 7]) {
    it(`is a refusal of the credentials if CONNACK says ${code}`, () => {
      const { remedy, reason, refuses } = streamErrorFrom(withCode(code));
      assert.deepEqual([remedy, reason, refuses], ['new credentials', 'forbidden', 'connect']);
    });
  }

  it('is waited for if CONNACK says that the broker is not available', () => {
    const { remedy, refuses, message } = streamErrorFrom(withCode(3, 'Connection refused: Server unavailable'));
    assert.deepEqual([remedy, refuses], ['wait', undefined]);
    assert.equal(message, 'the broker refused the connection (CONNACK 3)');
  });

  it('has the network’s reason, and is of one kind whatever hosts and times its words name', () => {
    const [one, other] = ['1.2.3.4:443', '5.6.7.8:443'].map((host) =>
      streamErrorFrom(withCode('ECONNREFUSED', `connect ECONNREFUSED ${host}`)),
    );
    assert.ok(one?.reason);
    assert.equal(one.kind, other?.kind);
    assert.notEqual(one.message, other?.message);
  });

  it('is a time-out by its words, if nothing else tells', () => {
    assert.equal(streamErrorFrom(new Error('Keepalive timeout')).reason, 'timeout');
  });

  it('names what failed in a TLS handshake in one line, without the places in OpenSSL', () => {
    const words =
      'write EPROTO 80AC2E76987F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/ssl3_record.c:350:\n';
    const { message, reason } = streamErrorFrom(withCode('EPROTO', words));
    assert.deepEqual([message, reason], ['the TLS handshake failed: wrong version number', 'tls']);
  });

  it('is taken as it is if it is not an Error', () => {
    assert.equal(streamErrorFrom('odd').message, 'odd');
  });
});
