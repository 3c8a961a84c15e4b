import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@aws-sdk/signature-v4';
import { install } from '@sinonjs/fake-timers';
import { device } from 'aws-iot-device-sdk';
import type { StreamAccess } from '../probe/probe-api';
import { type SigningOptions, signUrl } from '../probe/probe-url';
import { checkSignature, messages, type SignatureVerdict } from './sigv4-check';
import type { StreamGrant } from './stream-credentials';

const at = Date.parse('2025-01-15T12:34:56Z');
const minuteMs = 60_000;
const region = 'eu-west-1';

const grant: StreamGrant = {
  company: 'r2d2i5b43',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2Vj//+a b=c&d~e==',
  expiresAt: at + 60 * minuteMs,
};

const access: StreamAccess = {
  ...grant,
  expiration: new Date(grant.expiresAt).toISOString(),
  region,
  host: 'localhost',
  port: 8443,
  protocol: 'wss',
};

interface CheckOptions {
  readonly now?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expiresAt?: number;
}

function check(url: string, { now = at, headers, expiresAt = grant.expiresAt }: CheckOptions = {}): SignatureVerdict {
  const { pathname, search } = new URL(url);
  const request = { method: 'GET', target: pathname + search, headers: headers ?? { host: 'localhost:8443' } };
  const find = (id: string): StreamGrant | undefined =>
    id === grant.accessKeyId ? { ...grant, expiresAt } : undefined;
  return checkSignature(request, region, find, now);
}

function message(verdict: SignatureVerdict): string {
  return verdict.ok ? 'accepted' : verdict.message;
}

/** The length AWS's answer would have. */
function bodyLength(text: string): number {
  return JSON.stringify({ message: text, traceId: '00000000-0000-0000-0000-000000000000' }).length;
}

/** The SHA-256 that AWS's signer asks for. */
class NodeSha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('The signer does not use this');
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

async function presign(withToken: boolean): Promise<string> {
  const credentials = {
    accessKeyId: grant.accessKeyId,
    secretAccessKey: grant.secretKey,
    ...(withToken && { sessionToken: grant.sessionToken }),
  };
  const signer = new SignatureV4({ service: 'iotdevicegateway', region, credentials, sha256: NodeSha256 });
  const request = {
    method: 'GET',
    protocol: 'wss:',
    hostname: 'localhost',
    path: '/mqtt',
    query: {},
    headers: { host: 'localhost:8443' },
  };
  const { query = {} } = await signer.presign(request, { signingDate: new Date(at), expiresIn: 300 });
  const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  if (!withToken) parts.push(`X-Amz-Security-Token=${encodeURIComponent(grant.sessionToken)}`);
  return `wss://localhost:8443/mqtt?${parts.join('&')}`;
}

describe("the simulator's check of signatures", () => {
  it("accepts what AWS's device SDK signs", () => {
    const clock = install({ now: at, toFake: ['Date'] });
    try {
      const place = { host: 'localhost', port: 8443, region };
      const url = device.prepareWebSocketUrl(place, grant.accessKeyId, grant.secretKey, grant.sessionToken);
      assert.equal(message(check(url)), 'accepted');
    } finally {
      clock.uninstall();
    }
  });

  it("accepts what AWS's signer signs with X-Amz-Expires, the token put at the end unsigned", async () => {
    assert.equal(message(check(await presign(false))), 'accepted');
  });

  it('refuses a token that was signed too', async () => {
    assert.equal(message(check(await presign(true))), messages.mismatch);
    assert.equal(message(check(signUrl(access, { at, tokenPlace: 'signed' }))), messages.mismatch);
  });

  const accepted: readonly (readonly [string, SigningOptions, CheckOptions?])[] = [
    ['without X-Amz-Expires', {}],
    ['with X-Amz-Expires of a day', { expires: 86_400 }],
    ['the token before the signature', { tokenPlace: 'before signature' }],
    ['the token first of all', { tokenPlace: 'first' }],
    ['the service iotdata', { service: 'iotdata' }],
    ['4 minutes 59 after it was signed', {}, { now: at + 299_000 }],
    ['4 minutes 59 before it was signed', {}, { now: at - 299_000 }],
    [
      'more headers signed, as by the C runtime, and a Host without port',
      { headers: { connection: 'Upgrade', host: 'localhost' } },
      { headers: { connection: 'Upgrade', host: 'localhost' } },
    ],
    [
      'a signed header with spaces to be trimmed',
      { headers: { host: 'localhost:8443', 'x-note': 'a b' } },
      { headers: { host: 'localhost:8443', 'x-note': '  a   b ' } },
    ],
  ];
  for (const [name, signing, options] of accepted) {
    it(`accepts ${name}`, () => {
      assert.equal(message(check(signUrl(access, { at, ...signing }), options)), 'accepted');
    });
  }

  const refused: readonly (readonly [string, string, SigningOptions, CheckOptions?])[] = [
    ['another secret', messages.mismatch, { secretKey: 'wrong' }],
    ['a Host header other than the one signed', messages.mismatch, {}, { headers: { host: '127.0.0.1:8443' } }],
    ['no token', messages.unknownToken, { tokenPlace: 'absent' }],
    ['another region', messages.scope, { region: 'us-east-1' }],
    ['another service', messages.scope, { service: 'execute-api' }],
    ['an unsigned host', messages.hostUnsigned, { headers: { 'x-note': 'a' } }],
    ['credentials that have expired', messages.expiredToken, {}, { expiresAt: at }],
  ];
  for (const [name, expected, signing, options] of refused) {
    it(`refuses ${name}`, () => {
      assert.equal(message(check(signUrl(access, { at, ...signing }), options)), expected);
    });
  }

  it('refuses an unknown key, another token, and a request that is not signed', () => {
    const url = signUrl(access, { at });
    assert.equal(message(check(url.replace(grant.accessKeyId, 'ASIAUNKNOWN'))), messages.unknownToken);
    assert.equal(message(check(`${url}x`)), messages.unknownToken);
    assert.equal(message(check('wss://localhost:8443/mqtt')), messages.missing);
    assert.equal(message(check(url.replace(/&X-Amz-Signature=\w+/, ''))), messages.incomplete);
    assert.equal(message(check(url.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'))), messages.incomplete);
  });

  it("says in AWS's words that the clock is off, to the byte", () => {
    const late = message(check(signUrl(access, { at, expires: 86_400 }), { now: at + 10 * minuteMs }));
    const expired =
      'Signature expired: 20250115T123456Z is now earlier than 20250115T123956Z (20250115T124456Z - 5 min.)';
    assert.equal(late, expired);
    const early = message(check(signUrl(access, { at }), { now: at - 10 * minuteMs }));
    const notYet =
      'Signature not yet current: 20250115T123456Z is still later than 20250115T122956Z (20250115T122456Z + 5 min.)';
    assert.equal(early, notYet);
    assert.deepEqual([late, early, messages.mismatch].map(bodyLength), [163, 171, 241]);
  });
});
