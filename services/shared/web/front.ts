import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { PageError, type PageStatus } from './errors.ts';
import { isForeign } from './security.ts';

/** Says in which language everything behind it is. */
export const speak =
  (code: string): RequestHandler =>
  (_req, res, next) => {
    res.locals.language = code;
    next();
  };

/** Refuses forms of other sites. */
export const noForeign =
  (origins: string[]): RequestHandler =>
  (req, _res, next) =>
    next(isForeign(req.method, req.headers, origins) ? new PageError(403) : undefined);

export const nothingHere: RequestHandler = (_req, _res, next) => next(new PageError(404));

/** A whole mobile network can stand behind one address, so the number should be a wide one. */
export const limitRequests = (perMinute: number): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? ''),
    handler: (_req, _res, next) => next(new PageError(429)),
  });

/** The status of the error page for whatever was thrown; nothing inside shows. */
export function statusOf(error: { status?: number; name?: string }): PageStatus {
  const { status } = error;
  if (error instanceof PageError) return error.status;
  if (status === 413) return 413;
  return typeof status === 'number' && status >= 400 && status < 500 ? 400 : 500;
}
