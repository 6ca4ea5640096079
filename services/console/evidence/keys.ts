import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { EvidenceKeyError } from './errors.ts';

/** Elliptic curve P-256 (RFC 7518, 3.4): every common library verifies it. */
export const ALGORITHM = 'ES256';

export type SigningKey = JWK & { kid: string };
/** The first one signs; the others are still published, so that what they signed can be verified. */
export type SigningKeys = { keys: [SigningKey, ...SigningKey[]] };

/** A fresh key; its id is its thumbprint (RFC 7638). */
export async function freshSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' };
}

/** Reads the file of private keys (JWK Set, RFC 7517). Throws EvidenceKeyError. */
export function loadSigningKeys(file: string): SigningKeys {
  const keys = keysIn(file);
  if (keys.length === 0 || keys.some(({ d, kid, kty, crv }) => !d || !kid || kty !== 'EC' || crv !== 'P-256')) {
    throw new EvidenceKeyError(`${file} is no JWK Set of private P-256 keys with a "kid"`);
  }
  return { keys: keys as SigningKeys['keys'] };
}

/** Puts a fresh key in front of those of a file, which is made when it is not there, readable by its owner only. */
export async function addSigningKey(file: string): Promise<SigningKeys> {
  const before = existsSync(file) ? loadSigningKeys(file).keys : [];
  const keys: SigningKeys['keys'] = [await freshSigningKey(), ...before];
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Aside first: a file that was cut short would be the loss of every key.
  writeFileSync(`${file}.new`, JSON.stringify({ keys }, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return { keys };
}

/** What everybody may have: the public halves, as `/.well-known/notifyme-keys.json` gives them out. */
export const publicKeys = ({ keys }: SigningKeys): { keys: JWK[] } => ({
  keys: keys.map(({ kty, crv, x, y, kid }) => ({ kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig' })),
});

function keysIn(file: string): JWK[] {
  try {
    const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys?: JWK[] };
    return Array.isArray(keys) ? keys : [];
  } catch (error) {
    throw new EvidenceKeyError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'})`);
  }
}
