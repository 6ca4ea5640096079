import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Security headers of every page. No inline script or style, nothing from outside; forms go to us, and to the national
 * sign-in, which answers a form of ours by a redirect. `same-origin` and not `no-referrer`: with the latter browsers
 * send `Origin: null` with a form, and the check against foreign forms would have nothing to look at.
 */
export function createHeaders({ secure, signInOrigin }: { secure: boolean; signInOrigin: string }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        formAction: ["'self'", signInOrigin],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(secure && { upgradeInsecureRequests: [] }),
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: secure,
    crossOriginEmbedderPolicy: false,
  });
}

/**
 * Refuses a form that another site sent (OWASP CSRF cheat sheet, fetch metadata with Origin as fall-back). Every
 * browser of the last ten years sends one of the two with a POST; who sends neither is refused.
 */
export function isForeign(
  method: string,
  headers: Record<string, string | string[] | undefined>,
  ownOrigins: readonly string[],
): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  return !ownOrigins.includes(String(headers.origin));
}
