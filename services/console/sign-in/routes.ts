import type { Router } from 'express';
import { PageError } from '../../shared/web/errors.ts';
import type { Languages } from '../../shared/web/languages.ts';
import type { SignInService } from '../../shared/web/oidc.ts';
import { end, rotate, save } from '../../shared/web/sessions.ts';
import { sessionOf } from '../kit/session.ts';
import type { PageKit, Reply, Visit } from '../kit/types.ts';
import { BASE } from '../kit/visit.ts';
import type { ConsoleSettings } from '../settings.ts';
import { identify } from './identity.ts';

export type SignInDeps = { kit: PageKit; service: SignInService; settings: ConsoleSettings; cookie: string };

const ANYBODY = { may: 'anybody' } as const;

/** The pages around signing in and out; what happens in between is the provider's. */
export function addSignInPages({ kit, service, cookie }: SignInDeps): void {
  kit.get('/sign-in', ANYBODY, ({ query, signedIn }) =>
    signedIn
      ? { to: safeNext(query.next) }
      : { view: 'sign-in', title: 'signIn.title', data: { next: encodeURIComponent(safeNext(query.next)) } },
  );
  kit.post('/sign-in', ANYBODY, (visit) => begin(visit, service));
  kit.get('/signed-out', ANYBODY, () => ({ view: 'signed-out', title: 'signedOut.title' }));
  kit.post('/sign-out', ANYBODY, (visit) => signOut(visit, service, cookie));
}

/** A path inside the console, from an address that came with the request; anything else becomes the first page. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/[A-Za-z0-9][\w/.-]*(\?[\w=&%.+~-]*)?$/.test(next) && next.length < 500 ? next : '/';
}

async function begin({ session, language, query, context }: Visit, service: SignInService): Promise<Reply> {
  try {
    const { url, memory } = await service.begin({
      language: language.code,
      stronger: false,
      // The provider would send the same person again without asking.
      anew: session.refused === true,
    });
    session.signingIn = { ...memory, language: language.code, next: safeNext(query.next) };
    return { leave: url };
  } catch (error) {
    context.log.warn({ event: 'sign_in_unavailable', code: String((error as { code?: string }).code) });
    throw new PageError(503);
  }
}

async function signOut(visit: Visit, service: SignInService, cookie: string): Promise<Reply> {
  const { session, context, language, req, res } = visit;
  const sealed = session.operator?.idToken;
  await end(req);
  res.clearCookie(cookie, { path: '/' });
  if (!sealed) return { to: '/signed-out' };
  const leave = await service.leave(context.sealer.open(sealed, 'subject'), language.code).catch((error) => {
    context.log.warn({ event: 'sign_out_unavailable', code: String((error as { code?: string }).code) });
    return null;
  });
  return leave ? { leave } : { to: '/signed-out' };
}

/** The address that the provider sends people back to; it is one for all languages, as it is registered there. */
export function addCallback(router: Router, languages: Languages, { kit, service, settings }: SignInDeps): void {
  const { log, clock, sealer, blind } = kit.context;
  router.get('/sign-in/callback', async (req, res) => {
    const session = sessionOf(req);
    const memory = session.signingIn;
    delete session.signingIn;
    const { code } = languages.choose([memory?.language, req.acceptsLanguages(languages.all.map((one) => one.code))]);
    const back = async (key: string) => {
      session.flash = { key };
      await save(req);
      res.redirect(303, `${BASE}/${code}/sign-in`);
    };
    if (!memory) return back('signIn.lost');
    if (req.query.error !== undefined) return back('signIn.cancelled');
    try {
      const { claims, idToken } = await service.finish(new URL(req.originalUrl, settings.publicUrl), memory);
      const found = identify(claims, settings, blind);
      if (!found) {
        session.refused = true;
        return back('signIn.nobody');
      }
      await rotate(req);
      const now = clock().getTime();
      sessionOf(req).operator = { ...found, beganAt: now, seenAt: now, idToken: sealer.seal(idToken, 'subject') };
      await save(req);
      res.redirect(303, `${BASE}/${code}${memory.next === '/' ? '' : memory.next}`);
    } catch (error) {
      log.warn({ event: 'sign_in_failed', code: String((error as { code?: string }).code) });
      return back('signIn.failed');
    }
  });
}
