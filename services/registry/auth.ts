import type { Request } from 'express';
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { problemOf } from './problems.ts';
import { refuse } from './result.ts';

export type Identity = {
  subject: string;
  assurance: 'low' | 'substantial' | 'high';
  by: 'person' | 'officer' /** Who the officer is (`act.sub`). */;
  actor?: string;
};

/** Says who calls, or throws a Problem (401, 503). */
export type Authenticate = (req: Request) => Promise<Identity>;

export type VerifierOptions = {
  issuer: string;
  audience: string;
  /** The issuer's public keys: their address, or the set itself. */
  jwks: URL | JSONWebKeySet;
  /** Claim that holds the subject, such as `cpr:...`. */
  subjectClaim?: string;
};

const ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'];
const ASSURANCES = ['low', 'substantial', 'high'] as const;

/**
 * Verifies bearer tokens (RFC 6750, RFC 7519): signature by the issuer's key, issuer, audience, and a life that ends.
 * `acr` carries the assurance of the sign-in (`low` when absent or unknown); an `act` claim (RFC 8693) says that an
 * officer acts for the person.
 */
export function createTokenVerifier({ issuer, audience, jwks, subjectClaim = 'sub' }: VerifierOptions): Authenticate {
  const keys = jwks instanceof URL ? createRemoteJWKSet(jwks) : createLocalJWKSet(jwks);
  const rules = { issuer, audience, algorithms: ALGORITHMS, requiredClaims: ['exp', subjectClaim], clockTolerance: 5 };
  return async (req) => {
    const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(req.get('authorization') ?? '') ?? [];
    if (!token) throw problemOf(refuse('not_signed_in'));
    try {
      const { payload } = await jwtVerify(token, keys as Parameters<typeof jwtVerify>[1], rules);
      return identityOf(payload, subjectClaim);
    } catch (error) {
      throw problemOf(refuse(isUnreachable(error) ? 'identity_unavailable' : 'not_signed_in'));
    }
  };
}

function identityOf(payload: JWTPayload, subjectClaim: string): Identity {
  return {
    subject: String(payload[subjectClaim]),
    assurance: ASSURANCES.find((one) => one === payload.acr) ?? 'low',
    by: payload.act === undefined ? 'person' : 'officer',
    ...(actorOf(payload) && { actor: actorOf(payload) }),
  };
}

const actorOf = ({ act }: JWTPayload): string | undefined => {
  const sub = typeof act === 'object' && act !== null && 'sub' in act ? act.sub : undefined;
  return typeof sub === 'string' ? sub.slice(0, 200) : undefined;
};

// Only the fetching of keys can fail for a reason that is not the token's: a time-out, or an answer that is no key set.
const isUnreachable = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || !(error instanceof errors.JOSEError)
    ? true
    : error.code === 'ERR_JOSE_GENERIC';
