import assert from 'node:assert/strict';
import { OchnoError } from '../../../src';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { StreamLog } from '../../../src/client/stream/stream-log';
import { LogLines } from '../../support/log-lines';

describe('what a stream logs', () => {
  const timeout = new StreamError('connack timeout', { reason: 'timeout' });
  const unknownHost = new StreamError('getaddrinfo ENOTFOUND host', { reason: 'dns' });
  let lines: LogLines;
  let log: StreamLog;

  beforeEach(() => {
    lines = new LogLines();
    log = new StreamLog(lines, 'c1');
  });

  it('A20: says once why it can’t be reached, whatever varies in the platform’s words', () => {
    for (const id of ['ab-CD', 'x9 at 12:00', 'Thu, 27 Nov', '']) {
      log.unreachable(new OchnoError('OCHNO_HTTP', `The platform answered 503 (request ${id})`, { statusCode: 503 }));
    }
    assert.equal(lines.at('warn').length, 1);
    assert.equal(lines.at('debug').length, 3);
  });

  it('A20: says once why it can’t be reached, whatever varies in the gateway’s words', () => {
    for (const words of ['Signature expired: 20261125T152610Z', 'trace a-b-c', 'trace d-e-f']) {
      log.unreachable(new StreamError(`the stream refused the credentials (403: ${words})`, { kind: 'refused' }));
    }
    assert.equal(lines.at('warn').length, 1);
  });

  it('A20: says that the status is another one', () => {
    for (const statusCode of [503, 502, 503]) {
      log.unreachable(new OchnoError('OCHNO_HTTP', `The platform answered ${statusCode}`, { statusCode }));
    }
    assert.equal(lines.at('warn').length, 2);
  });

  it('says another reason, and the same one again after a connection', () => {
    log.unreachable(timeout);
    log.unreachable(unknownHost);
    log.connected(undefined);
    log.unreachable(unknownHost);
    assert.equal(lines.at('warn').length, 3);
  });

  it('says each of two reasons that take turns once', () => {
    for (const failure of [unknownHost, timeout, unknownHost, timeout]) log.unreachable(failure);
    assert.equal(lines.at('warn').length, 2);
  });

  it('says what can’t be reached, though a renewal failed for the same reason before', () => {
    log.notRenewed(timeout);
    log.lost('the broker closed the connection');
    log.unreachable(timeout);
    assert.equal(lines.at('warn').length, 3);
  });

  it('makes one sentence of a reason that is one', () => {
    log.notRenewed(new Error('The platform answered 500 to the log-in (try again later).'));
    assert.match(lines.at('warn')[0] ?? '', /\(try again later\); the connection is kept/);
  });

  it('A4: does not say that there may be one connection for one of several', () => {
    log.oneConnection();
    new StreamLog(lines, 'c1', true).oneConnection();
    const [alone = '', beside = ''] = lines.at('warn');
    assert.match(alone, /permits one connection at a time\. It is renewed by/);
    assert.match(beside, /permits no more connections than are open\. Each is renewed by/);
  });
});
