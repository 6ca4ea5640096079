import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { type Caller, createKeyStore } from '../keys.ts';
import { isTransient, type Ledger } from '../ledger/index.ts';
import { Problem, problem } from './problem.ts';
import { unavailable } from './refuse.ts';

/**
 * Lets only entities in, by their keys; `callerOf` then says who it is. It stands before the body is read: a
 * stranger's megabytes are not even buffered.
 */
export function entitiesOnly({ ledger, now }: { ledger: Pick<Ledger, 'apiKeys'>; now: () => Date }): RequestHandler {
  const keys = createKeyStore({ ledger, now: () => now().getTime() });
  return async (req, res, next) => {
    const caller = await keys.authenticate(req.get('authorization'));
    if (!caller) {
      res.set('WWW-Authenticate', 'Bearer realm="notifyme"');
      throw problem('unauthorized');
    }
    res.locals.caller = caller;
    res.set('Cache-Control', 'no-store');
    next();
  };
}

/** The entity that called, behind `entitiesOnly`. */
export const callerOf = (res: Response): Caller => res.locals.caller as Caller;

/** A database that is away for a moment is no fault of the request: 503, try again. */
export const passingFaults: ErrorRequestHandler = (error, _req, _res, next) =>
  next(!(error instanceof Problem) && isTransient(error) ? unavailable() : error);
