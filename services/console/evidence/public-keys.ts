import { Router } from 'express';
import { publicKeys, type SigningKeys } from './keys.ts';

/** `/.well-known/notifyme-keys.json`: the public keys of evidence (JWK Set, RFC 7517), for everybody. */
export function publicKeysRouter(signing: SigningKeys): Router {
  const keys = publicKeys(signing);
  const router = Router();
  router.get('/notifyme-keys.json', (_req, res) => {
    res
      .set({ 'Cache-Control': 'public, max-age=3600', 'Access-Control-Allow-Origin': '*' })
      .type('application/jwk-set+json')
      .json(keys);
  });
  return router;
}
