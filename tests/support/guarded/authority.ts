import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

/** PEM files of a certificate for 127.0.0.1 and localhost, of its key, and of the authority that signed it. */
export type Certificate = { cert: string; key: string; ca: string };

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A private authority that nobody outside of a test knows, and one certificate of a server by it, as files in `folder`. */
export async function makeAuthority(folder: string, name: string): Promise<Certificate> {
  const pair = () => crypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const [authority, server] = [await pair(), await pair()];
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
  const serialNumber = () => `01${randomBytes(15).toString('hex')}`;
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    keys: authority,
    signingAlgorithm: P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const cert = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: ca.subject,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: P256,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', server.privateKey), 'PRIVATE KEY');
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => {
    const path = join(folder, `${name}-${file}.pem`);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    return path;
  };
  return {
    cert: write('server', cert.toString('pem')),
    key: write('key', key),
    ca: write('authority', ca.toString('pem')),
  };
}
