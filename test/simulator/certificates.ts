import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { md, pki } from 'node-forge';

export interface ServerCertificate {
  /** The authority's certificate, PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export type CertificateKind = 'good' | 'expired' | 'wrong-host';

const dayMs = 86_400_000;
const dnsName = 2;
const ipAddress = 7;

interface Keys {
  readonly privateKey: pki.rsa.PrivateKey;
  readonly publicKey: pki.rsa.PublicKey;
}

function newKeys(): Keys {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey: pki.privateKeyFromPem(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
    publicKey: pki.publicKeyFromPem(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  };
}

let kept: { readonly authority: Keys; readonly server: Keys } | undefined;

/** Made once a process, for all kinds: keys take time. */
function ownKeys(): { readonly authority: Keys; readonly server: Keys } {
  kept ??= { authority: newKeys(), server: newKeys() };
  return kept;
}

function blankCertificate(publicKey: pki.rsa.PublicKey, fromMs: number, toMs: number): pki.Certificate {
  const certificate = pki.createCertificate();
  certificate.publicKey = publicKey;
  // The first hex digit must not make the number negative.
  certificate.serialNumber = `0${randomBytes(9).toString('hex').slice(1)}`;
  certificate.validity.notBefore = new Date(fromMs);
  certificate.validity.notAfter = new Date(toMs);
  return certificate;
}

function subjectNames(kind: CertificateKind): object[] {
  if (kind === 'wrong-host') return [{ type: dnsName, value: 'elsewhere.ochno.example' }];
  return [
    { type: dnsName, value: 'localhost' },
    { type: ipAddress, ip: '127.0.0.1' },
  ];
}

/** Whoever trusts several authorities tells them apart by their names. */
function authorityName(kind: CertificateKind): { name: string; value: string }[] {
  return [{ name: 'commonName', value: `Ochno simulator authority (${kind})` }];
}

function makeAuthority(kind: CertificateKind, keys: Keys, now: number): pki.Certificate {
  const authority = blankCertificate(keys.publicKey, now - 30 * dayMs, now + 365 * dayMs);
  authority.setSubject(authorityName(kind));
  authority.setIssuer(authorityName(kind));
  authority.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  authority.sign(keys.privateKey, md.sha256.create());
  return authority;
}

/** A new authority and a server certificate signed by it; nothing leaves this process. */
export function makeCertificate(kind: CertificateKind, now: number): ServerCertificate {
  const keys = ownKeys();
  const authority = makeAuthority(kind, keys.authority, now);
  const server = blankCertificate(
    keys.server.publicKey,
    now - 20 * dayMs,
    kind === 'expired' ? now - dayMs : now + 365 * dayMs,
  );
  server.setSubject([{ name: 'commonName', value: 'Ochno simulator' }]);
  server.setIssuer(authorityName(kind));
  server.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: subjectNames(kind) },
  ]);
  server.sign(keys.authority.privateKey, md.sha256.create());
  return {
    ca: pki.certificateToPem(authority),
    cert: pki.certificateToPem(server),
    key: pki.privateKeyToPem(keys.server.privateKey),
  };
}
