import type { Request, Response } from 'express';

/** So many seconds nobody needs to touch a kiosk before it asks, and so long the question stands. */
export type KioskTimes = { idleSeconds: number; answerSeconds: number };

const COOKIE = 'notifyme-kiosk';
const YEAR_MS = 366 * 86_400_000;
/** Pages on which nobody has begun yet; these do not time out. */
const QUIET = new Set(['/kiosk', '/signed-out']);

/** True on a device that was made a kiosk; the cookie belongs to the device and names nobody. */
export const isKiosk = (req: Request): boolean =>
  (req.headers.cookie ?? '').split(/;\s*/).some((pair) => pair === `${COOKIE}=1`);

/** Makes the device a kiosk, or an ordinary one again. */
export function setKiosk(res: Response, on: boolean, secure: boolean): void {
  const options = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const;
  if (on) res.cookie(COOKIE, '1', { ...options, maxAge: YEAR_MS });
  else res.clearCookie(COOKIE, options);
}

/**
 * What the browser is to do when nobody touches the page, as the value of a `Refresh` header: it works without script.
 * First the question, then the end (WCAG 2.2, 2.2.1: a warning, and 20 seconds at least to go on).
 */
export function refreshOf(code: string, path: string, { idleSeconds, answerSeconds }: KioskTimes): string | null {
  if (QUIET.has(path)) return path === '/signed-out' ? `10; url=/${code}/kiosk` : null;
  if (path === '/kiosk/idle') return `${answerSeconds}; url=/${code}/kiosk/end`;
  const from = encodeURIComponent(path);
  return `${idleSeconds}; url=/${code}/kiosk/idle?from=${from}`;
}
