import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { faultOf } from '../../shared/http/fault.ts';
import type { Logger } from '../../shared/log.ts';
import type { Renderer } from '../../shared/render/index.ts';
import type { Answer } from '../../shared/web/answer.ts';
import { loadAssets, SHARED_ASSETS } from '../../shared/web/assets.ts';
import { limitRequests, noForeign, nothingHere, speak, statusOf } from '../../shared/web/front.ts';
import { type Languages, loadLanguages } from '../../shared/web/languages.ts';
import { createSignInService } from '../../shared/web/oidc.ts';
import { createHeaders } from '../../shared/web/security.ts';
import { createSessions } from '../../shared/web/sessions.ts';
import { loadViews } from '../../shared/web/views.ts';
import type { Context } from '../context.ts';
import { createAnswer } from './kit/answer.ts';
import { createDoors } from './kit/doors.ts';
import { createKit } from './kit/pages.ts';
import { ASSETS, STRINGS, VIEWS } from './kit/places.ts';
import { addPublicFiles } from './kit/public-files.ts';
import { sessionOf } from './kit/session.ts';
import type { PortalContext, Visit } from './kit/types.ts';
import { bareVisit } from './kit/visit.ts';
import { PAGES } from './pages/index.ts';
import type { PortalSettings } from './settings.ts';
import { addCallback, addSignInPages } from './sign-in/routes.ts';

export type PortalDeps = {
  /** The register's own context: pages call its use cases. */
  context: Context;
  renderer: Pick<Renderer, 'inbox'>;
  log: Logger;
  settings: PortalSettings;
};

export type Portal = {
  /** Mount at `/`, before the API. */
  router: Router;
  /** Removes sessions whose time is over; run it every few minutes. Gives how many went. */
  sweep(): Promise<number>;
};

/** The citizens' pages. Rejects when a view, a string table or the session index cannot be made. */
export async function createPortal({ context, renderer, log, settings }: PortalDeps): Promise<Portal> {
  const { publicUrl, signIn } = settings;
  const secure = publicUrl.protocol === 'https:';
  const languages = loadLanguages(STRINGS);
  const assets = loadAssets([SHARED_ASSETS, ASSETS]);
  const portal: PortalContext = { context, renderer, log, name: settings.name };
  const sessions = await createSessions({
    ledger: context.ledger,
    collection: 'sessions',
    cookie: 'notifyme',
    key: settings.sessionKey,
    secure,
    idleMinutes: settings.sessionIdleMinutes,
  });
  const held = context.ledger.connection.collection('sessions');
  await held.createIndex({ 'session.person.id': 1 }, { name: 'session_of', sparse: true });
  const { kiosk, performancePage } = settings;
  const answer = createAnswer({ views: loadViews(VIEWS), languages, assets, kiosk, performancePage });
  const doors = createDoors({ stepUpSeconds: signIn.freshSeconds, sessionHours: settings.sessionHours }, context.now);
  const pages = Router();
  const kit = createKit({ router: pages, portal, languages, doors, answer });
  const service = createSignInService({
    ...signIn,
    claim: signIn.subjectClaim,
    callback: new URL('/sign-in/callback', publicUrl),
    signedOut: new URL('/signed-out', publicUrl),
  });
  const deps = { kit, service, settings: signIn, kiosk, publicUrl, cookie: sessions.cookie };
  addSignInPages(deps);
  for (const add of PAGES) add(kit);

  const router = Router();
  const headers = createHeaders({ secure, signInOrigin: signIn.issuer.origin });
  const front = [headers, limitRequests(settings.requestsPerMinute), sessions.handler];
  addFrontDoor(router, languages);
  addPublicFiles(router, { publicUrl, contact: settings.securityContact, now: context.now });
  router.use('/assets', headers);
  router.use(assets.handler);
  router.use('/sign-in/callback', front);
  addCallback(router, languages, deps);
  const form = express.urlencoded({ extended: false, limit: '32kb', parameterLimit: 500 });
  const failed = showError(portal, languages, answer);
  for (const { code } of languages.all)
    router.use(`/${code}`, speak(code), front, noForeign([publicUrl.origin]), form, pages, nothingHere, failed);
  return { router, sweep: () => sessions.sweep(context.now()) };
}

/** Addresses without a language: the portal itself, and what stands in old messages and at the sign-in service. */
function addFrontDoor(router: Router, languages: Languages): void {
  const choose = (wanted: string | false) => languages.choose([wanted]).code;
  const codes = languages.all.map(({ code }) => code);
  const lead =
    (path: (params: Record<string, string>) => string): RequestHandler =>
    (req, res) =>
      res
        .set({ Vary: 'Accept-Language', 'Cache-Control': 'no-store' })
        .redirect(302, `/${choose(req.acceptsLanguages(codes))}${path(req.params as Record<string, string>)}`);
  router.get(
    '/',
    lead(() => ''),
  );
  router.get(
    '/signed-out',
    lead(() => '/signed-out'),
  );
  const unsubscribe = lead(({ token = '' }) => `/unsubscribe/${encodeURIComponent(token)}`);
  // The link of a message is the API's (RFC 8058); a person who opens it in a browser is shown the page.
  router.get('/v1/unsubscribe/:token', (req, res, next) =>
    req.accepts(['json', 'html']) === 'html' ? unsubscribe(req, res, next) : next(),
  );
}

/** Errors as pages in the person's language; nothing inside shows. */
function showError(portal: PortalContext, languages: Languages, answer: Answer<Visit>): ErrorRequestHandler {
  return async (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status = statusOf(error);
    if (status >= 500) portal.log.error({ event: 'page_failed', method: req.method, ...faultOf(error) });
    const visit = bareVisit(portal, languages, req, res);
    // A limit or a broken session store stops a request before it has a session.
    if (!sessionOf(req)) Object.assign(visit, { session: {}, signedIn: false });
    await answer(visit, {
      view: 'error',
      title: `error.${status}.title`,
      status,
      data: { what: `error.${status}.what` },
    });
  };
}
