import { importJWK, jwtVerify } from 'jose';

export type VapidVerdict = { ok: true; key: string } | { ok: false; status: 401 | 403; why: string };

/**
 * Checks `Authorization: vapid t=<JWT>, k=<public key>` (RFC 8292): ES256 by the key it names, `aud` our origin,
 * `exp` not past and not more than 24 hours ahead.
 */
export async function checkVapid(header: string | undefined, origin: string): Promise<VapidVerdict> {
  const [, token, key] = /^vapid\s+t=([^,\s]+)\s*,\s*k=([A-Za-z0-9_-]+)\s*$/i.exec(header ?? '') ?? [];
  if (!token || !key) return { ok: false, status: 401, why: 'no vapid credentials' };
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65 || point[0] !== 4) return { ok: false, status: 403, why: 'k is not a P-256 point' };
  try {
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
    const publicKey = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: ['ES256'],
      audience: origin,
      requiredClaims: ['exp'],
    });
    if (payload.exp! > Date.now() / 1000 + 86_400) return { ok: false, status: 403, why: 'exp is over 24 hours ahead' };
    return { ok: true, key };
  } catch (error) {
    return { ok: false, status: 403, why: (error as { code?: string }).code ?? 'invalid token' };
  }
}
