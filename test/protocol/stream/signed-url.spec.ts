import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import FakeTimers from '@sinonjs/fake-timers';
import * as awsIot from 'aws-iot-device-sdk';
import { type StreamCredentials, signStreamUrl } from '../../../src/protocol/stream/signed-url';
import { failureOf } from '../../support/ochno-errors';

const date = new Date('2025-01-15T12:34:56Z');
const credentials: StreamCredentials = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjE+abc/def+ghi==',
  region: 'eu-west-1',
  host: 'a1b2c3d4e5-ats.iot.eu-west-1.amazonaws.com',
  protocol: 'wss',
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');
}

/** Signature Version 4 by hand, over the parameters as they stand in the URL and the Host header a client would send. */
function signatureOf(url: string, { secretKey, region }: StreamCredentials): string {
  const [, host = '', query = ''] = /^wss?:\/\/([^/]+)\/mqtt\?(.*)$/.exec(url) ?? [];
  const signed = query.split('&').filter((pair) => !/^X-Amz-(Signature|Security-Token)=/.test(pair));
  const time = /X-Amz-Date=([^&]+)/.exec(query)?.[1] ?? '';
  const scope = `${time.slice(0, 8)}/${region}/iotdevicegateway/aws4_request`;
  const request = ['GET', '/mqtt', signed.sort().join('&'), `host:${host}`, '', 'host', sha256('')].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
  return createHmac('sha256', signingKey(secretKey, time.slice(0, 8), region, 'iotdevicegateway'))
    .update(text)
    .digest('hex');
}

const parameter = (url: string, name: string): string | null => new URL(url).searchParams.get(name);

describe('the signature by hand that these tests compare with', () => {
  it("derives the key of AWS's documentation", () => {
    const key = signingKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', '20150830', 'us-east-1', 'iam');
    assert.equal(key.toString('hex'), 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9');
    assert.match(sha256(''), /^e3b0c442.*b855$/);
  });

  for (const port of [undefined, 443, 8443]) {
    it(`is that of AWS's own device SDK, port ${port ?? 'not given'}`, () => {
      const clock = FakeTimers.install({ now: date, toFake: ['Date'] });
      try {
        const { accessKeyId, secretKey, sessionToken, region, host } = credentials;
        const options = { region, host, ...(port === undefined ? {} : { port }) };
        const url = awsIot.device.prepareWebSocketUrl(options, accessKeyId, secretKey, sessionToken);
        assert.equal(parameter(url, 'X-Amz-Signature'), signatureOf(url, credentials));
      } finally {
        clock.uninstall();
      }
    });
  }
});

describe('the signed URL of a stream', () => {
  it('says who, when and what for, is signed, and ends with the session token', async () => {
    const url = await signStreamUrl(credentials, date);
    assert.match(url, /^wss:\/\/a1b2c3d4e5-ats\.iot\.eu-west-1\.amazonaws\.com\/mqtt\?X-Amz-/);
    assert.deepEqual(Object.fromEntries(new URL(url).searchParams), {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'ASIAIOSFODNN7EXAMPLE/20250115/eu-west-1/iotdevicegateway/aws4_request',
      'X-Amz-Date': '20250115T123456Z',
      'X-Amz-Expires': '300',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': signatureOf(url, credentials),
      'X-Amz-Security-Token': credentials.sessionToken,
    });
    assert.ok(url.endsWith('&X-Amz-Security-Token=IQoJb3JpZ2luX2VjE%2Babc%2Fdef%2Bghi%3D%3D'));
  });

  const variants: [what: string, change: Partial<StreamCredentials>, beginning: string][] = [
    ['the usual port', { port: 443 }, 'wss://a1b2c3d4e5-ats.iot.eu-west-1.amazonaws.com/mqtt?'],
    ['another port', { port: 8443 }, 'wss://a1b2c3d4e5-ats.iot.eu-west-1.amazonaws.com:8443/mqtt?'],
    ['a loopback host', { protocol: 'ws', host: '127.0.0.1', port: 41234 }, 'ws://127.0.0.1:41234/mqtt?'],
    ['the usual port without TLS', { protocol: 'ws', host: 'localhost', port: 80 }, 'ws://localhost/mqtt?'],
    ['port 443 without TLS', { protocol: 'ws', host: '[::1]', port: 443 }, 'ws://[::1]:443/mqtt?'],
    ['a host in capitals', { host: 'IoT.Example.COM', port: 8443 }, 'wss://iot.example.com:8443/mqtt?'],
    ['another region', { region: 'us-east-1' }, 'wss://a1b2c3d4e5-ats.iot.eu-west-1.amazonaws.com/mqtt?'],
    ['an access key of odd characters', { accessKeyId: "A!'()*~-_. +/=å" }, 'wss://'],
    ['a secret of odd characters', { secretKey: "!'()*~ +/=åß漢" }, 'wss://'],
    ['a session token of odd characters', { sessionToken: "a+b/c==!'()*&?#%20 å" }, 'wss://'],
  ];
  for (const [what, change, beginning] of variants) {
    it(`is right for ${what}`, async () => {
      const changed = { ...credentials, ...change };
      const url = await signStreamUrl(changed, date);
      assert.ok(url.startsWith(beginning), 'host and port');
      assert.equal(parameter(url, 'X-Amz-Signature'), signatureOf(url, changed));
      assert.equal(parameter(url, 'X-Amz-Security-Token'), changed.sessionToken);
      assert.equal(parameter(url, 'X-Amz-Credential')?.split('/20250115/')[0], changed.accessKeyId);
      assert.match(url, /^[!-~]+$/);
    });
  }

  it('does not sign the session token', async () => {
    const one = await signStreamUrl(credentials, date);
    const other = await signStreamUrl({ ...credentials, sessionToken: 'another' }, date);
    assert.equal(parameter(one, 'X-Amz-Signature'), parameter(other, 'X-Amz-Signature'));
  });

  it('is another one for every second, key, secret, region and host', async () => {
    const urls = await Promise.all([
      signStreamUrl(credentials, date),
      signStreamUrl(credentials, new Date(date.getTime() + 1000)),
      signStreamUrl({ ...credentials, accessKeyId: 'OTHER' }, date),
      signStreamUrl({ ...credentials, secretKey: 'OTHER' }, date),
      signStreamUrl({ ...credentials, region: 'eu-north-1' }, date),
      signStreamUrl({ ...credentials, host: 'localhost' }, date),
    ]);
    assert.equal(new Set(urls.map((url) => parameter(url, 'X-Amz-Signature'))).size, urls.length);
  });

  it('does not name the client id', async () => {
    assert.doesNotMatch(await signStreamUrl({ ...credentials, clientId: 'pinned-id' }, date), /pinned/);
  });

  for (const field of ['accessKeyId', 'secretKey', 'sessionToken', 'region', 'host'] as const) {
    it(`is not made without ${field}, and no value is shown`, async () => {
      const error = await failureOf(() => signStreamUrl({ ...credentials, [field]: '' }, date));
      assert.equal(error.code, 'OCHNO_VALUE');
      assert.match(error.message, new RegExp(`: ${field} is`));
      for (const value of [credentials.accessKeyId, credentials.secretKey, credentials.sessionToken]) {
        assert.ok(!error.message.includes(value));
      }
    });
  }

  it('is not made for a date that is none', async () => {
    const error = await failureOf(() => signStreamUrl(credentials, new Date(Number.NaN)));
    assert.equal(error.code, 'OCHNO_VALUE');
  });
});
