import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTokenVerifier } from '../../../services/registry/auth.ts';
import { createLocalIssuer, type LocalIssuerOptions } from '../../../services/registry/local-issuer.ts';
import { createPortal } from '../../../services/registry/portal/index.ts';
import { createRegistry } from '../../../services/registry/service.ts';
import { REGISTRY_DEFAULTS } from '../../../services/registry/settings.ts';
import { loadCatalogue } from '../../../services/shared/catalogue.ts';
import type { KeyRing } from '../../../services/shared/crypto/keyring.ts';
import { createApp } from '../../../services/shared/http/app.ts';
import type { Ledger } from '../../../services/shared/ledger/index.ts';
import { silentLogger as log } from '../../../services/shared/log.ts';
import { createMetrics } from '../../../services/shared/metrics.ts';
import { createRenderer } from '../../../services/shared/render/index.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', '..', 'templates');
const HOURS_MS = 3_600_000;
const NO_LIMIT = { points: 10_000_000, seconds: 3600 };

export type SignedIn = { cookie: string; authorization: string };
export type Site = Awaited<ReturnType<typeof startSite>>;

/** The register's API and the citizens' pages over a ledger, without Kafka and without a sign-in service. */
export async function startSite(ledger: Ledger, ring: KeyRing, from: LocalIssuerOptions = {}) {
  const [issuer, catalogue, metrics] = [await createLocalIssuer(from), loadCatalogue(), createMetrics()];
  const key = ring.codes.toString('hex');
  const registry = await createRegistry({
    ...{ ledger, ring, catalogue, metrics, log, publish: async () => {}, authenticate: createTokenVerifier(issuer) },
    settings: {
      limits: { ...REGISTRY_DEFAULTS.limits, client: NO_LIMIT, check: NO_LIMIT },
    },
  });
  const name = { en: 'NotifyMe', ar: 'أبلغني' };
  const renderer = createRenderer({ dir: TEMPLATES, catalogue, portal: { name, host: 'notifyme.test' } });
  const portal = await createPortal({
    ...{ context: registry.context, renderer, log },
    settings: {
      ...{ publicUrl: new URL('http://notifyme.test'), name, sessionKey: key, sessionIdleMinutes: 60, sessionHours: 8 },
      ...{ requestsPerMinute: 1_000_000, securityContact: 'mailto:security@notifyme.test' },
      kiosk: { idleSeconds: 90, answerSeconds: 30 },
      performancePage: '',
      signIn: {
        ...{ issuer: new URL('http://sign-in.notifyme.test'), clientId: 'portal', clientSecret: 'none' },
        ...{ subjectClaim: 'sub', kindClaim: 'kind', roleClaim: 'role', acr: 'low', strongerAcr: 'substantial' },
        freshSeconds: 8 * 3600,
      },
    },
  });
  const routers = [
    { path: '/', router: portal.router },
    { path: '/v1', router: registry.router },
  ];
  const server = createApp({ routers, checks: [], metrics, log, trustProxy: 0 }).listen(0, '127.0.0.1') as Server;
  await new Promise((resolve) => server.once('listening', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    context: registry.context,
    /** What the browser and the app of somebody who has just signed in send along. */
    async signIn(subject: string): Promise<SignedIn> {
      const { sealer, blind } = registry.context;
      const [sid, now] = [randomBytes(24).toString('base64url'), Date.now()];
      const person = { subject: sealer.seal(subject, 'subject'), id: blind.subscriberId(subject) };
      const proved = { assurance: 'substantial', provedAt: now, beganAt: now, idToken: sealer.seal('none', 'code') };
      const expires = new Date(now + HOURS_MS);
      const cookie = { originalMaxAge: HOURS_MS, expires, httpOnly: true, sameSite: 'lax', secure: false, path: '/' };
      await ledger.connection.collection('sessions').insertOne({
        _id: createHash('sha256').update(sid).digest('hex') as never,
        ...{ expires, session: { cookie, person: { ...person, ...proved } } },
      });
      const signature = createHmac('sha256', key).update(sid).digest('base64').replace(/=+$/, '');
      return {
        cookie: `notifyme=${encodeURIComponent(`s:${sid}.${signature}`)}`,
        authorization: `Bearer ${await issuer.mint({ subject }, 2 * 3600)}`,
      };
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
