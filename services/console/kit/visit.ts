import type { Request, Response } from 'express';
import { PageError } from '../../shared/web/errors.ts';
import { paramsOf, pathOf, readInput } from '../../shared/web/input.ts';
import type { Languages } from '../../shared/web/languages.ts';
import type { Access } from '../access.ts';
import { type ConsoleSession, sessionOf } from './session.ts';
import type { ConsoleContext, Operator, Visit } from './types.ts';

export const BASE = '/console';

export type VisitParts = {
  context: ConsoleContext;
  languages: Languages;
  access: Access;
  /** A session ends after so long without a page, and after so long at most. */
  limits: { idleMinutes: number; hours: number };
};

/** Reads a request. Throws PageError for an unknown language and for parameters that are not plain text. */
export const createVisit = (parts: VisitParts, req: Request, res: Response): Visit => ({
  ...bareVisit(parts, req, res),
  ...readInput(req),
});

/** A visit without what came in: for error pages, which must stand whatever was sent. */
export function bareVisit({ context, languages, access, limits }: VisitParts, req: Request, res: Response): Visit {
  const language = languages.find(String(res.locals.language));
  if (!language) throw new PageError(404);
  const session = sessionOf(req) ?? {};
  const operator = operatorOf(session, limits, context.clock().getTime());
  const roles = operator?.roles ?? [];
  return {
    context,
    language,
    session,
    // Pages that are not open to anybody are reached signed in only, so they need not ask whether somebody is there.
    operator: operator as Operator,
    signedIn: operator !== null,
    may: (method, path) => access.allows(method, path, roles),
    is: (...wanted) => wanted.some((role) => roles.includes(role)),
    path: pathOf(req, language.code, BASE),
    query: {},
    params: paramsOf(req),
    fields: {},
    list: () => [],
    req,
    res,
  };
}

/** Who signed in, unless the session's time is over: then it is forgotten. */
function operatorOf(session: ConsoleSession, limits: VisitParts['limits'], now: number): Operator | null {
  const { operator } = session;
  if (!operator) return null;
  const isOver =
    now - operator.seenAt > limits.idleMinutes * 60_000 || now - operator.beganAt > limits.hours * 3_600_000;
  if (isOver) delete session.operator;
  const { id, name, roles, entity } = operator;
  return isOver ? null : { id, name, roles, entity };
}
