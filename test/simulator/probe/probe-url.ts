import { createHash, createHmac } from 'node:crypto';
import type { StreamAccess } from './probe-api';

export interface SigningOptions {
  /** When it is signed, ms. */
  readonly at?: number;
  readonly expires?: number;
  readonly service?: string;
  readonly region?: string;
  readonly secretKey?: string;
  /** Signed headers beside and with the host, in order of their names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tokenPlace?: 'last' | 'before signature' | 'first' | 'signed' | 'absent';
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Signs a stream URL by the text of AWS's documentation, step by step, so that the gateway's own calculation has
 * something to agree with.
 */
export function signUrl(access: StreamAccess, options: SigningOptions = {}): string {
  const { at = Date.now(), service = 'iotdevicegateway', region = access.region } = options;
  const { secretKey = access.secretKey, tokenPlace = 'last' } = options;
  const date = new Date(at).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const headers = Object.entries(options.headers ?? { host: `${access.host}:${access.port}` });
  const token = `X-Amz-Security-Token=${encodeURIComponent(access.sessionToken)}`;
  const signed = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${encodeURIComponent(`${access.accessKeyId}/${scope}`)}`,
    `X-Amz-Date=${date}`,
    ...(options.expires === undefined ? [] : [`X-Amz-Expires=${options.expires}`]),
    ...(tokenPlace === 'signed' ? [token] : []),
    `X-Amz-SignedHeaders=${encodeURIComponent(headers.map(([name]) => name).join(';'))}`,
  ].join('&');
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const names = headers.map(([name]) => name).join(';');
  const hash = sha256(`GET\n/mqtt\n${signed}\n${lines}\n${names}\n${sha256('')}`);
  const key = hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day), region), service), 'aws4_request');
  const signature = `X-Amz-Signature=${hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash}`).toString('hex')}`;
  const queries = {
    last: [signed, signature, token],
    'before signature': [signed, token, signature],
    first: [token, signed, signature],
    signed: [signed, signature],
    absent: [signed, signature],
  };
  return `${access.protocol}://${access.host}:${access.port}/mqtt?${queries[tokenPlace].join('&')}`;
}
