import { PageError } from '../../../shared/web/errors.ts';
import { safeNext } from '../kit/doors.ts';
import { isKiosk, type KioskTimes, setKiosk } from '../kit/kiosk.ts';
import type { PageKit, Reply, Visit } from '../kit/types.ts';

type KioskDeps = {
  kit: PageKit;
  secure: boolean;
  times: KioskTimes;
  /** To the sign-in service. */
  begin(visit: Visit): Promise<Reply>;
  /** Ends the session here, and gives where to end it at the sign-in service too. */
  leave(visit: Visit): Promise<URL | null>;
};

/** A device in a service centre: large, ends by itself, and keeps nothing of a visit. */
export function addKioskPages({ kit, secure, times, begin, leave }: KioskDeps): void {
  const open = { open: true };
  const end = async (visit: Visit): Promise<Reply> => {
    if (!isKiosk(visit.req)) throw new PageError(404);
    const url = await leave(visit);
    visit.res.set('Clear-Site-Data', '"cache", "storage"');
    return url ? { leave: url } : { to: '/kiosk' };
  };
  kit.get('/kiosk', open, ({ req }) =>
    isKiosk(req) ? { view: 'kiosk', title: 'kiosk.title' } : { view: 'kiosk-setup', title: 'kiosk.setupTitle' },
  );
  kit.post('/kiosk/on', open, ({ res }) => {
    setKiosk(res, true, secure);
    return { to: '/kiosk' };
  });
  kit.post('/kiosk/begin', open, begin);
  kit.get('/kiosk/idle', open, ({ req, query }) => {
    if (!isKiosk(req)) throw new PageError(404);
    const from = query.from === undefined ? '/kiosk' : safeNext(query.from);
    return { view: 'kiosk-idle', title: 'kiosk.idleTitle', data: { from, seconds: times.answerSeconds } };
  });
  // The browser comes here by itself when nobody answers, so it is a GET; all it does is to end what this device began.
  kit.get('/kiosk/end', open, end);
  kit.post('/kiosk/end', open, end);
}
