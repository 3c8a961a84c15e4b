import assert from 'node:assert/strict';
import { StreamLog } from '../../../src/client/stream/stream-log';
import { LogLines } from '../../support/log-lines';

describe('what a stream logs', () => {
  const refusal = (seconds: number) =>
    `the stream refused the credentials (403: Signature expired: 20261125T1526${seconds}Z is now earlier than 20261125T152659Z)`;
  let lines: LogLines;
  let log: StreamLog;

  beforeEach(() => {
    lines = new LogLines();
    log = new StreamLog(lines, 'c1');
  });

  it('says once why it can’t be reached, though the times in the reason go on', () => {
    for (const seconds of [10, 20, 30]) log.unreachable(refusal(seconds));
    assert.equal(lines.at('warn').length, 1);
    assert.equal(lines.at('debug').length, 2);
  });

  it('says another reason, and the same one again after a connection', () => {
    log.unreachable(refusal(10));
    log.unreachable('connect ECONNREFUSED');
    log.connected(undefined);
    log.unreachable('connect ECONNREFUSED');
    assert.equal(lines.at('warn').length, 3);
  });

  it('says each of two reasons that take turns once', () => {
    for (const reason of ['no such host', 'timeout', 'no such host', 'timeout']) log.unreachable(reason);
    assert.equal(lines.at('warn').length, 2);
  });

  it('says what can’t be reached, though a renewal failed for the same reason before', () => {
    log.notRenewed('timeout');
    log.lost('the broker closed the connection');
    log.unreachable('timeout');
    assert.equal(lines.at('warn').length, 3);
  });

  it('makes one sentence of a reason that is one', () => {
    log.notRenewed('The platform answered 500 to the log-in (try again later).');
    assert.match(lines.at('warn')[0] ?? '', /\(try again later\); the connection is kept/);
  });
});
