import type { Request, Response } from 'express';
import { parseSubject } from '../../../shared/subject/index.ts';
import { PageError } from '../../../shared/web/errors.ts';
import { paramsOf, pathOf, readInput } from '../../../shared/web/input.ts';
import type { Languages } from '../../../shared/web/languages.ts';
import type { Caller } from '../../context.ts';
import { sessionOf } from './session.ts';
import type { PortalContext, Visit } from './types.ts';

/** Reads a request. Throws PageError for an unknown language and for parameters that are not plain text. */
export function createVisit(portal: PortalContext, languages: Languages, req: Request, res: Response): Visit {
  return { ...bareVisit(portal, languages, req, res), ...readInput(req) };
}

/** A visit without what came in: for error pages, which must stand whatever was sent. */
export function bareVisit(portal: PortalContext, languages: Languages, req: Request, res: Response): Visit {
  const language = languages.find(String(res.locals.language));
  if (!language) throw new PageError(404);
  const session = sessionOf(req) ?? {};
  const caller = callerOf(portal, req);
  return {
    ...portal,
    language,
    // Pages that are not `open` are reached signed in only, so they need not ask whether there is a caller.
    caller: caller as Caller,
    signedIn: caller !== null,
    session,
    path: pathOf(req, language.code),
    query: {},
    params: paramsOf(req),
    fields: {},
    list: () => [],
    req,
    res,
  };
}

/** The signed-in person, from the sealed subject in the session. */
function callerOf({ context }: PortalContext, req: Request): Caller | null {
  const { person } = sessionOf(req) ?? {};
  if (!person) return null;
  const parsed = parseSubject(context.sealer.open(person.subject, 'subject'));
  if (!parsed.ok || (parsed.kind !== 'person' && parsed.kind !== 'company')) return null;
  return {
    subscriberId: context.blind.subscriberId(parsed.canonical),
    subject: parsed.canonical,
    scheme: parsed.scheme as Caller['scheme'],
    kind: parsed.kind,
    assurance: person.assurance,
    by: 'person',
    client: req.ip ?? 'unknown',
  };
}
