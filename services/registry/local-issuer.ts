import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import type { Identity } from './auth.ts';

export type LocalIssuer = {
  issuer: string;
  audience: string;
  /** Public keys for `createTokenVerifier`. */
  jwks: JSONWebKeySet;
  /** The private key, to be kept in a file when several processes share one issuer. */
  privateJwk: JWK;
  mint(identity: { subject: string } & Partial<Identity>, seconds?: number): Promise<string>;
};

export type LocalIssuerOptions = { issuer?: string; audience?: string; privateJwk?: JWK };

/**
 * Signs tokens with a key of its own, in place of the national sign-in: for a laptop, the demo and tests. Whoever holds
 * the key is everybody, so a deployment for people never trusts such an issuer.
 */
export async function createLocalIssuer({
  issuer = 'https://sign-in.notifyme.test',
  audience = 'notifyme-registry',
  privateJwk,
}: LocalIssuerOptions = {}): Promise<LocalIssuer> {
  const jwk = privateJwk ?? (await freshKey());
  const { d: _private, ...publicJwk } = jwk;
  const kid = await calculateJwkThumbprint(publicJwk);
  const key = await importJWK(jwk, 'ES256');
  return {
    issuer,
    audience,
    jwks: { keys: [{ ...publicJwk, kid, alg: 'ES256', use: 'sig' }] },
    privateJwk: jwk,
    mint: ({ subject, assurance = 'substantial', by = 'person' }, seconds = 3600) =>
      new SignJWT({ acr: assurance, ...(by === 'officer' && { act: { sub: 'officer' } }) })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(key),
  };
}

async function freshKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return exportJWK(privateKey);
}
