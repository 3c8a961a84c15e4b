import assert from 'node:assert/strict';
import { isLocalHost, isLoopbackHost } from '../../../src/protocol/rest/local-host';

describe('hosts of the local network', () => {
  const local = [
    'localhost',
    'LOCALHOST.',
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0.0.0.0',
    '10.1.2.3',
    '012.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '[::1]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
    'metadata',
    'metadata.google.internal',
    'printer.local',
    'nas.lan',
    'broker.private',
    '224.0.0.251',
    '255.255.255.255',
    '0251.0376.0251.0376',
    '127.1',
    'LOCALHOST.',
  ];
  for (const host of local) it(`E4: ${host} is one`, () => assert.equal(isLocalHost(host), true));

  const elsewhere = [
    'abc-ats.iot.eu-west-1.amazonaws.com',
    'operated.ochno.com',
    '11.0.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '169.253.0.1',
    '223.255.255.255',
    '[2001:db8::1]',
    'local.example.com',
  ];
  for (const host of elsewhere) it(`E4: ${host} is not`, () => assert.equal(isLocalHost(host), false));

  it('are this computer by the names of loopback only', () => {
    assert.deepEqual(['localhost', '127.9.9.9', '[::1]', '10.0.0.1', '127.0.0.1.example.com'].map(isLoopbackHost), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
