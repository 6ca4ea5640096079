import type { Router } from 'express';
import { PageError } from '../../../shared/web/errors.ts';
import type { Languages } from '../../../shared/web/languages.ts';
import type { SignInService } from '../../../shared/web/oidc.ts';
import { end, rotate, save } from '../../../shared/web/sessions.ts';
import { safeNext } from '../kit/doors.ts';
import type { KioskTimes } from '../kit/kiosk.ts';
import { isKiosk } from '../kit/kiosk.ts';
import { type SignedIn, sessionOf } from '../kit/session.ts';
import type { PageKit, Reply, Visit } from '../kit/types.ts';
import { isSilent, silencePage } from '../pages/alerts.ts';
import type { SignInSettings } from '../settings.ts';
import { identify } from './identity.ts';
import { addKioskPages } from './kiosk-pages.ts';

export type SignInDeps = {
  kit: PageKit;
  service: SignInService;
  settings: SignInSettings;
  kiosk: KioskTimes;
  publicUrl: URL;
  cookie: string;
};

/** The pages around signing in and out; what happens in between is the provider's. */
export function addSignInPages({ kit, service, cookie, publicUrl, kiosk }: SignInDeps): void {
  kit.get('/sign-in', { open: true }, ({ query, signedIn }) =>
    signedIn ? { to: safeNext(query.next) } : signInPage('sign-in', query.next),
  );
  kit.post('/sign-in', { open: true }, (visit) => begin(visit, service, false));
  kit.get('/sign-in/stronger', {}, ({ query }) => signInPage('stronger', query.next));
  kit.post('/sign-in/stronger', {}, (visit) => begin(visit, service, true));
  kit.get('/signed-out', { open: true }, () => ({ view: 'signed-out', title: 'signedOut.title' }));
  kit.post('/sign-out', { open: true }, (visit) => signOut(visit, service, cookie));
  addKioskPages({
    times: kiosk,
    kit,
    secure: publicUrl.protocol === 'https:',
    begin: (visit) => begin(visit, service, false),
    leave: (visit) => leaveSession(visit, service, cookie),
  });
}

const signInPage = (view: 'sign-in' | 'stronger', next: string | undefined): Reply => ({
  view,
  title: view === 'sign-in' ? 'signIn.title' : 'stronger.title',
  data: { next: encodeURIComponent(safeNext(next)) },
});

async function begin(
  { session, language, query, log, req }: Visit,
  service: SignInService,
  stronger: boolean,
): Promise<Reply> {
  try {
    const { url, memory } = await service.begin({ language: language.code, stronger, anew: isKiosk(req) });
    session.signingIn = { ...memory, language: language.code, next: safeNext(query.next) };
    return { leave: url };
  } catch (error) {
    log.warn({ event: 'sign_in_unavailable', code: String((error as { code?: string }).code) });
    throw new PageError(503);
  }
}

async function signOut(visit: Visit, service: SignInService, cookie: string): Promise<Reply> {
  if (visit.fields.anyway === undefined && !isKiosk(visit.req) && (await isSilent(visit)))
    return silencePage(visit, { action: '/sign-out', goKey: 'silence.signOut' });
  const leave = await leaveSession(visit, service, cookie);
  return leave ? { leave } : { to: '/signed-out' };
}

/** Ends the session here; where to end it at the provider too, or null when it cannot be. */
async function leaveSession(visit: Visit, service: SignInService, cookie: string): Promise<URL | null> {
  const { session, context, language, req, res, log } = visit;
  const sealed = session.person?.idToken;
  await end(req);
  res.clearCookie(cookie, { path: '/' });
  return sealed
    ? await service.leave(context.sealer.open(sealed, 'subject'), language.code).catch((error) => {
        log.warn({ event: 'sign_out_unavailable', code: String((error as { code?: string }).code) });
        return null;
      })
    : null;
}

/** The address that the provider sends people back to; it is one for all languages, as it is registered there. */
export function addCallback(
  router: Router,
  languages: Languages,
  { kit, service, settings, publicUrl }: SignInDeps,
): void {
  const { context, log } = kit;
  router.get('/sign-in/callback', async (req, res) => {
    const session = sessionOf(req);
    const memory = session.signingIn;
    delete session.signingIn;
    const { code } = languages.choose([memory?.language, req.acceptsLanguages(languages.all.map((one) => one.code))]);
    const back = async (key: string) => {
      session.flash = { key };
      await save(req);
      res.redirect(303, `/${code}${session.person ? '/home' : '/sign-in'}`);
    };
    if (!memory) return back('signIn.lost');
    if (req.query.error !== undefined) return back('signIn.cancelled');
    try {
      const { claims, idToken } = await service.finish(new URL(req.originalUrl, publicUrl), memory);
      const found = identify(claims, settings, context.now());
      if (!found) return back('signIn.nobody');
      const { subject, assurance, provedAt, desk = false } = found;
      const person: SignedIn = {
        id: context.blind.subscriberId(subject),
        subject: context.sealer.seal(subject, 'subject'),
        assurance,
        provedAt,
        desk,
        beganAt: context.now().getTime(),
        idToken: context.sealer.seal(idToken, 'subject'),
      };
      const kept = keptOf(session, (sealed) => context.sealer.open(sealed, 'subject') === subject);
      await rotate(req);
      Object.assign(sessionOf(req), { ...kept, person });
      await save(req);
      res.redirect(303, `/${code}${memory.next}`);
    } catch (error) {
      log.warn({ event: 'sign_in_failed', code: String((error as { code?: string }).code) });
      return back('signIn.failed');
    }
  });
}

/** What goes over into the new session: only what the same person left in the old one. */
function keptOf(
  { person, typed, silenceChosen, acting }: ReturnType<typeof sessionOf>,
  isSame: (sealed: string) => boolean,
) {
  return person && isSame(person.subject) ? { typed, silenceChosen, acting } : {};
}
