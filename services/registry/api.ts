import { type ErrorRequestHandler, Router } from 'express';
import { problemHandler } from '../shared/http/problem.ts';
import { isTransient } from '../shared/ledger/index.ts';
import { type Logger, silentLogger } from '../shared/log.ts';
import type { Authenticate } from './auth.ts';
import type { Context } from './context.ts';
import { addContactRoutes } from './http/contacts.ts';
import { createGuards } from './http/kit.ts';
import { addLinkRoutes } from './http/links.ts';
import { addMandateRoutes } from './http/mandates.ts';
import { addPersonRoutes } from './http/person.ts';
import { addPrivacyRoutes } from './http/privacy.ts';
import { problemOf } from './problems.ts';
import { refuse } from './result.ts';

export type RegistryApiDeps = { context: Context; authenticate: Authenticate; log?: Logger };

/**
 * The register's REST API, to be mounted at `/v1`. Every answer that is not a success is a problem document (RFC 9457)
 * with a code of services/shared/problems. `http/` reads requests and writes answers; the rules are in `use-cases/`.
 */
export function createRegistryApi({ context, authenticate, log = silentLogger }: RegistryApiDeps): Router {
  const router = Router();
  const guards = createGuards(context, authenticate);
  addPersonRoutes(router, guards);
  addPrivacyRoutes(router, guards);
  addContactRoutes(router, guards);
  addMandateRoutes(router, guards);
  addLinkRoutes(router, context);
  router.use(whenLedgerIsAway, problemHandler({ log }));
  return router;
}

/** A database that is away or changing its primary is a 503, worth another try, and no fault of the request. */
const whenLedgerIsAway: ErrorRequestHandler = (error, _req, _res, next) =>
  next(isTransient(error) ? problemOf(refuse('unavailable', { retryAfterSeconds: 2 })) : error);
