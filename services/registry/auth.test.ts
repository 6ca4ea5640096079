import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { SignJWT } from 'jose';
import { createTokenVerifier } from './auth.ts';
import { createLocalIssuer } from './local-issuer.ts';

const issuer = await createLocalIssuer();
const authenticate = createTokenVerifier(issuer);
const request = (authorization?: string) => ({ get: () => authorization }) as unknown as Request;
const subject = 'cpr:900100001';

describe('a bearer token', () => {
  it('names the subject, the assurance of the sign-in, and who holds the device', async () => {
    const own = await issuer.mint({ subject, assurance: 'high' });
    expect(await authenticate(request(`Bearer ${own}`))).toEqual({ subject, assurance: 'high', by: 'person' });
    const officer = await issuer.mint({ subject, by: 'officer' });
    expect(await authenticate(request(`bearer ${officer}`))).toEqual({
      subject,
      assurance: 'substantial',
      by: 'officer',
      actor: 'officer',
    });
  });

  it('of an issuer that shares its key file is good in every process', async () => {
    const second = await createLocalIssuer({ privateJwk: issuer.privateJwk });
    expect(await authenticate(request(`Bearer ${await second.mint({ subject })}`))).toMatchObject({ subject });
    expect(JSON.stringify(second.jwks)).not.toContain('"d"');
  });

  it('is refused when absent, expired, for another audience, or signed with something else', async () => {
    const [otherAudience, otherKey] = [
      await createLocalIssuer({ ...issuer, audience: 'else' }),
      await createLocalIssuer(),
    ];
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(`{"sub":"${subject}"}`).toString('base64url')}.`;
    const byPublicKey = await new SignJWT({ sub: subject })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(Buffer.from(JSON.stringify(issuer.jwks.keys[0])));
    const tokens = [
      undefined,
      'Bearer',
      'Basic abc',
      'Bearer a b',
      `Bearer ${await issuer.mint({ subject }, -60)}`,
      `Bearer ${await otherAudience.mint({ subject })}`,
      `Bearer ${await otherKey.mint({ subject })}`,
      `Bearer ${unsigned}`,
      `Bearer ${byPublicKey}`,
    ];
    for (const token of tokens)
      await expect(authenticate(request(token))).rejects.toMatchObject({
        code: 'not_signed_in',
        details: { status: 401 },
      });
  });

  it('cannot be judged while the keys cannot be fetched: that is no fault of the caller', async () => {
    const away = createTokenVerifier({ ...issuer, jwks: new URL('http://127.0.0.1:9/jwks') });
    const token = await issuer.mint({ subject });
    await expect(away(request(`Bearer ${token}`))).rejects.toMatchObject({
      code: 'identity_unavailable',
      retryable: true,
    });
  });
});
