import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A self-made RSA key with its X.509 certificate, for tests and for a laptop where no SNS signs anything. */
export type TestCertificate = { pem: string; privateKey: KeyObject };

/** @param days validity from an hour before `at`; negative makes a certificate that has run out. */
export function createTestCertificate({ at = Date.now(), days = 1 } = {}): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = der(0x30, der(0x31, der(0x30, der(0x06, COMMON_NAME), der(0x0c, Buffer.from('sns.test.example')))));
  const validity = der(0x30, utcTime(at - 3_600_000), utcTime(at + days * 86_400_000));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const serial = der(0x02, Buffer.from([1]));
  // RFC 5280 section 4.1: a version 1 certificate is enough to carry a key.
  const body = der(0x30, serial, RSA_SHA256, name, validity, name, key);
  const signature = sign('sha256', body, privateKey);
  const certificate = der(0x30, body, RSA_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return { pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`, privateKey };
}

/** Tag, length and content of one ASN.1 value (X.690 section 8.1). */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const octets = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...octets]), content]);
}

const COMMON_NAME = Buffer.from('550403', 'hex');
const RSA_SHA256 = der(0x30, der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));

/** `YYMMDDHHMMSSZ` */
function utcTime(time: number): Buffer {
  const digits = new Date(time).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}
