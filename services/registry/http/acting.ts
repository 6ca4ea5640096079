import type { Request } from 'express';
import { isInForce, type MandateScope } from '../../shared/mandates.ts';
import { parseSubject } from '../../shared/subject/index.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { note } from '../use-cases/mandates.ts';

/** Names the mandate under which a request acts for somebody else. */
export const MANDATE_HEADER = 'NotifyMe-Mandate';

type Door = { page: string; scope: MandateScope[] };

// `/me` holds contacts and choices alike. What is not here is for the person alone: record, export, erasure, mandates.
const DOORS: Record<string, Door> = {
  'GET /me': { page: 'settings', scope: ['contacts', 'preferences'] },
  'PUT /me': { page: 'settings', scope: ['contacts', 'preferences'] },
  contacts: { page: 'contacts', scope: ['contacts'] },
  preferences: { page: 'preferences', scope: ['preferences'] },
  notifications: { page: 'inbox', scope: ['notices'] },
};

/**
 * The caller, or, where the request names a mandate, the principal in their place. The mandate is looked up on every
 * request, and the use is in the audit trail before anything is done or shown. Refused with `mandate_closed` when it
 * does not hold or does not open the route.
 */
export async function actingFor(context: Context, caller: Caller, req: Request): Promise<Result<Caller>> {
  const id = req.get(MANDATE_HEADER);
  if (id === undefined) return done(caller);
  const door = doorOf(req);
  if (caller.by !== 'person' || !door || !/^m_[0-9a-f]{32}$/.test(id)) return refuse('mandate_closed');
  const mandate = await context.mandates.find(id);
  const holds = mandate?.delegateId === caller.subscriberId && isInForce(mandate, context.now());
  if (!holds || !door.scope.every((one) => mandate.scope.includes(one))) return refuse('mandate_closed');
  const how = req.method === 'GET' ? 'read' : 'change';
  await note(context, caller, 'mandate_used', mandate, { how, page: door.page, via: 'api' });
  const parsed = parseSubject(context.sealer.open(mandate.principal ?? '', 'subject'));
  if (!parsed.ok) throw new Error('a mandate names nobody');
  return done({
    ...caller,
    ...{ subject: parsed.canonical, scheme: parsed.scheme as Caller['scheme'] },
    ...{ kind: parsed.kind === 'company' ? 'company' : 'person', subscriberId: mandate.principalId ?? '' },
    actor: caller.subscriberId,
  });
}

const doorOf = ({ method, path }: Request): Door | undefined =>
  Object.entries(DOORS).find(([name]) => name === `${method} ${path}` || name === path.split('/')[2])?.[1];
