import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@aws-sdk/signature-v4';
import { OchnoError } from '../ochno-error';

/** What opens a company's stream, as the platform's `iotAccess` gives it. All but `port` and `clientId` is needed. */
export interface StreamCredentials {
  readonly accessKeyId: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  readonly region: string;
  /** Without a port. */
  readonly host: string;
  readonly port?: number;
  readonly protocol: 'wss' | 'ws';
  /** The client id to connect with, where the platform pins it. It is not part of the URL. */
  readonly clientId?: string;
}

type SourceData = string | ArrayBuffer | ArrayBufferView;

const serviceName = 'iotdevicegateway';
/** AWS takes a signature for five minutes whatever it says, so it says five minutes. */
const signatureLifeSeconds = 300;
const needed = ['accessKeyId', 'secretKey', 'sessionToken', 'region', 'host'] as const;

/** SHA-256 as the signer wants it, on Node's own crypto; with a secret it is HMAC. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: SourceData): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/**
 * The URL that opens an MQTT connection to AWS IoT Core over WebSocket, presigned with Signature Version 4. The session
 * token is appended after signing and is not part of the signature: AWS IoT refuses a URL that signs it.
 *
 * The URL is a secret: it opens the stream for about five minutes around `date`.
 *
 * @param date the broker's time; more than five minutes off it is refused
 * @throws OchnoError `OCHNO_VALUE` naming a field that is missing or empty, never its value
 */
export async function signStreamUrl(credentials: StreamCredentials, date: Date): Promise<string> {
  check(credentials, date);
  const { accessKeyId, secretKey, sessionToken, region, protocol } = credentials;
  const host = hostHeader(credentials);
  const signer = new SignatureV4({
    service: serviceName,
    region,
    sha256: Sha256,
    // Without the session token, or the signer would sign it.
    credentials: { accessKeyId, secretAccessKey: secretKey },
  });
  const request = {
    method: 'GET',
    protocol: `${protocol}:`,
    hostname: credentials.host.toLowerCase(),
    path: '/mqtt',
    headers: { host },
    query: {},
  };
  const signed = await signer.presign(request, { signingDate: date, expiresIn: signatureLifeSeconds });
  const parameters = Object.entries(signed.query ?? {}).map(([name, value]) => `${name}=${escaped(String(value))}`);
  return `${protocol}://${host}/mqtt?${parameters.join('&')}&X-Amz-Security-Token=${escaped(sessionToken)}`;
}

function check(credentials: StreamCredentials, date: Date): void {
  for (const field of needed) {
    const value: unknown = credentials[field];
    if (typeof value === 'string' && value !== '') continue;
    throw new OchnoError('OCHNO_VALUE', `The stream's credentials can't be used: ${field} is missing or empty`);
  }
  if (Number.isNaN(date.getTime())) throw new OchnoError('OCHNO_VALUE', 'A URL can only be signed for a valid date');
}

/** What the WebSocket client will send as Host; a name in capitals is lowered on its way through `URL`. */
function hostHeader({ host, port, protocol }: StreamCredentials): string {
  const isUsualPort = port === undefined || port === (protocol === 'wss' ? 443 : 80);
  return isUsualPort ? host.toLowerCase() : `${host.toLowerCase()}:${port}`;
}

/** Percent-encoding as Signature Version 4 defines it: all but unreserved characters (RFC 3986, 2.3). */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
