import { join } from 'node:path';
import express, { type ErrorRequestHandler, Router } from 'express';
import { faultOf } from '../shared/http/fault.ts';
import type { Answer } from '../shared/web/answer.ts';
import { loadAssets, SHARED_ASSETS } from '../shared/web/assets.ts';
import { limitRequests, noForeign, nothingHere, speak, statusOf } from '../shared/web/front.ts';
import { loadLanguages } from '../shared/web/languages.ts';
import { createSignInService } from '../shared/web/oidc.ts';
import { createHeaders } from '../shared/web/security.ts';
import { createSessions } from '../shared/web/sessions.ts';
import { loadViews } from '../shared/web/views.ts';
import { createAccess, type RouteRule } from './access.ts';
import { createAnswer } from './kit/answer.ts';
import { createLive } from './kit/live.ts';
import { createKit } from './kit/pages.ts';
import { sessionOf } from './kit/session.ts';
import type { Banner, ConsoleContext, Visit } from './kit/types.ts';
import { readUploads } from './kit/upload.ts';
import { BASE, bareVisit, type VisitParts } from './kit/visit.ts';
import { PAGES } from './pages/index.ts';
import type { ConsoleSettings } from './settings.ts';
import { addCallback, addSignInPages } from './sign-in/routes.ts';

export const STRINGS = join(import.meta.dirname, 'strings');
export const VIEWS = join(import.meta.dirname, 'views');
const ASSETS = join(import.meta.dirname, 'assets');

export type Console = {
  /** Mount at `/console`. */
  router: Router;
  /** Every route, and which roles may use it. */
  routes: RouteRule[];
  /** Removes sessions whose time is over. Gives how many went. */
  sweep(): Promise<number>;
  /** Ends the live parts of pages that are open, so that the process can stop. */
  ending(): void;
};

/** The operators' pages. Rejects when a view, a string table or the session index cannot be made, or a route has no rule. */
export async function createConsole(context: ConsoleContext, settings: ConsoleSettings): Promise<Console> {
  const { publicUrl, idleMinutes, sessionHours } = settings;
  const secure = publicUrl.protocol === 'https:';
  const languages = loadLanguages(STRINGS);
  const assets = loadAssets([SHARED_ASSETS, ASSETS], BASE);
  const views = loadViews(VIEWS);
  const access = createAccess();
  const streams = createLive({ views, log: context.log });
  const sessions = await createSessions({
    ledger: context.ledger,
    collection: 'console_sessions',
    cookie: 'notifyme-console',
    key: settings.sessionKey,
    secure,
    idleMinutes,
  });
  const asked: { banners(visit: Visit): Promise<Banner[]> } = { banners: async () => [] };
  const answer = createAnswer({ views, languages, assets, banners: (visit) => asked.banners(visit) });
  const parts: VisitParts = { context, languages, access, limits: { idleMinutes, hours: sessionHours } };
  const pages = Router();
  const { kit, banners } = createKit({ ...parts, router: pages, answer, streams });
  asked.banners = banners;
  const service = createSignInService({
    ...settings,
    claim: settings.rolesClaim,
    strongerAcr: settings.acr,
    callback: new URL(`${BASE}/sign-in/callback`, publicUrl),
    signedOut: new URL(`${BASE}/signed-out`, publicUrl),
  });
  const signIn = { kit, service, settings, cookie: sessions.cookie };
  addSignInPages(signIn);
  for (const add of PAGES) add(kit);

  const router = Router();
  const headers = createHeaders({ secure, signInOrigin: settings.issuer.origin });
  const front = [headers, limitRequests(settings.requestsPerMinute), sessions.handler];
  const codes = languages.all.map(({ code }) => code);
  for (const [from, to] of Object.entries({ '/': '', '/signed-out': '/signed-out' }))
    router.get(from, (req, res) =>
      res
        .set({ Vary: 'Accept-Language', 'Cache-Control': 'no-store' })
        .redirect(302, `${BASE}/${languages.choose([req.acceptsLanguages(codes)]).code}${to}`),
    );
  router.use('/assets', headers);
  router.use(assets.handler);
  router.use('/sign-in/callback', front);
  addCallback(router, languages, signIn);
  const limit = '1mb';
  const forms = [express.urlencoded({ extended: false, limit, parameterLimit: 1_000 }), ...readUploads(limit)];
  const failed = showError(parts, answer);
  for (const code of codes)
    router.use(`/${code}`, speak(code), front, noForeign([publicUrl.origin]), forms, pages, nothingHere, failed);
  return { router, routes: access.table(), sweep: () => sessions.sweep(context.clock()), ending: streams.end };
}

/** Errors as pages in the operator's language; nothing inside shows. */
function showError(parts: VisitParts, answer: Answer<Visit>): ErrorRequestHandler {
  const { log } = parts.context;
  return async (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status = statusOf(error);
    if (status >= 500) log.error({ event: 'page_failed', method: req.method, ...faultOf(error) });
    const visit = bareVisit(parts, req, res);
    // A limit or a broken session store stops a request before it has a session.
    if (!sessionOf(req)) Object.assign(visit, { session: {}, signedIn: false, operator: null });
    await answer(visit, {
      view: 'error',
      title: `error.${status}.title`,
      status,
      data: { what: `error.${status}.what` },
    });
  };
}
