import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLoop } from '../shared/loop.ts';
import { createRenderer } from '../shared/render/index.ts';
import type { Start, StartContext } from '../shared/run.ts';
import { createTokenVerifier } from './auth.ts';
import type { Publish } from './context.ts';
import { createPortal, type Portal } from './portal/index.ts';
import { portalSettings } from './portal/settings.ts';
import { createRegistry, type Registry } from './service.ts';

const SWEEP_MS = 5 * 60_000;

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');

/** The register in a process: its API, the citizens' pages, and the sweep of what is over (codes, counters, sessions). */
export const wireRegistry: Start = async (context) => {
  const { settings, log } = context;
  const registry = await createRegistry({
    ...context,
    now: context.clock,
    authenticate: createTokenVerifier({
      issuer: settings.IDENTITY_ISSUER,
      audience: settings.IDENTITY_AUDIENCE,
      jwks: readKeys(settings.IDENTITY_JWKS),
    }),
    publish: publishOwn(context),
    settings: {
      portalHost: settings.PORTAL_HOST,
      servedCountries: settings.SERVED_COUNTRIES,
      smtpUtf8: settings.SMTP_UTF8,
      pushHosts: settings.PUSH_HOSTS,
      staleAfterMs: context.staleAfterMs,
      vapidPublicKey: settings.VAPID_PUBLIC_KEY,
      unreadDays: settings.UNREAD_DAYS,
    },
  });
  const portal = await wirePortal(context, registry);
  const sweep = startLoop({
    name: 'registry-sweep',
    restMs: SWEEP_MS,
    step: async () => (await registry.sweep()) + ((await portal?.sweep()) ?? 0) < 0,
    log,
  });
  const tend = startLoop({
    name: 'registry-tend',
    restMs: settings.REGISTRY_TEND_MS,
    step: async () => (await registry.tend()) < 0,
    log,
  });
  const pages = portal ? [{ path: '/', router: portal.router }] : [];
  return {
    routers: [...pages, { path: '/v1', router: registry.router }],
    stop: async () => void (await Promise.all([sweep.stop(), tend.stop()])),
  };
};

/** The citizens' pages, where the national sign-in is configured; without it the API alone is there. */
async function wirePortal({ settings, catalogue, log }: StartContext, registry: Registry): Promise<Portal | null> {
  const given = portalSettings(settings);
  if ('missing' in given) {
    log.warn({ event: 'portal_not_mounted', detail: `not set: ${given.missing.join(', ')}` });
    return null;
  }
  const portal = { name: { en: settings.PORTAL_NAME_EN, ar: settings.PORTAL_NAME_AR }, host: settings.PORTAL_HOST };
  const renderer = createRenderer({ dir: TEMPLATES, catalogue, portal });
  return createPortal({ context: registry.context, renderer, log, settings: given });
}

const readKeys = (from: string) => (/^https?:/.test(from) ? new URL(from) : JSON.parse(readFileSync(from, 'utf8')));

/** The platform's own events go the way of any entity's: sealed, to its own topic, keyed by recipient. */
const publishOwn =
  ({ producer, topics, eventSealer, blind }: StartContext): Publish =>
  async (event) =>
    producer.send([
      {
        topic: topics.events('notifyme'),
        messages: [
          {
            key: blind.subscriberId(event.subject),
            value: await eventSealer.seal(event),
            headers: {
              'content-type': 'application/jose',
              ...(event.traceparent && { traceparent: event.traceparent }),
            },
          },
        ],
      },
    ]);
