import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** A certificate and its key, both PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface TestAuthority {
  /** What clients are to trust, PEM. */
  readonly ca: string;
  /** A certificate for these host names and addresses. All of an authority's have one key, since making one takes time. */
  issue(hosts: readonly string[], validity?: { readonly from: Date; readonly to: Date }): Identity;
}

const day = 86_400_000;
const organisation = [{ name: 'organizationName', value: 'Ochno tests' }];

/** Node.js makes keys at once, which takes node-forge seconds. */
function makeKey(): { pem: string; pair: forge.pki.rsa.KeyPair } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const key = forge.pki.privateKeyFromPem(pem);
  return { pem, pair: { privateKey: key, publicKey: forge.pki.setRsaPublicKey(key.n, key.e) } };
}

function makeCertificate(name: string, serial: number, publicKey: forge.pki.rsa.PublicKey): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = serial.toString(16).padStart(4, '0');
  certificate.validity.notBefore = new Date(Date.now() - day);
  certificate.validity.notAfter = new Date(Date.now() + day);
  certificate.setSubject([{ name: 'commonName', value: name }, ...organisation]);
  return certificate;
}

function alternativeName(host: string): object {
  return /^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host };
}

/** An authority of this test run's own; nothing trusts it by itself. */
export function makeAuthority(name = 'Ochno test authority'): TestAuthority {
  const { pair } = makeKey();
  const root = makeCertificate(name, 1, pair.publicKey);
  root.setIssuer(root.subject.attributes);
  root.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  root.sign(pair.privateKey, forge.md.sha256.create());
  let serial = 1;
  let own: ReturnType<typeof makeKey> | undefined;
  return {
    ca: forge.pki.certificateToPem(root),
    issue(hosts, validity) {
      own ??= makeKey();
      serial += 1;
      const certificate = makeCertificate(hosts[0] ?? 'nobody', serial, own.pair.publicKey);
      if (validity !== undefined) {
        certificate.validity.notBefore = validity.from;
        certificate.validity.notAfter = validity.to;
      }
      certificate.setIssuer(root.subject.attributes);
      certificate.setExtensions([
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames: hosts.map(alternativeName) },
      ]);
      certificate.sign(pair.privateKey, forge.md.sha256.create());
      return { cert: forge.pki.certificateToPem(certificate), key: own.pem };
    },
  };
}
