import type { Mandate, MandateScope } from '../../../shared/mandates.ts';
import { parseSubject } from '../../../shared/subject/index.ts';
import type { Caller } from '../../context.ts';
import { mandateInForce, note } from '../../use-cases/mandates.ts';
import type { Reply, Visit } from './types.ts';

/** Which pages a scope opens; all others are for the person alone. */
const PAGES: Record<string, MandateScope> = {
  inbox: 'notices',
  contacts: 'contacts',
  'without-alerts': 'contacts',
  preferences: 'preferences',
  settings: 'preferences',
};
const FIRST: Partial<Record<MandateScope, string>> = {
  notices: '/inbox',
  contacts: '/contacts',
  preferences: '/preferences',
};
/** Pages that are about the session itself. */
const FREE = new Set(['sign-in', 'sign-out', 'signed-out', 'acting', 'unsubscribe', 'kiosk']);

const rootOf = (path: string): string => path.split('/')[1] ?? '';

/** Where somebody who acts for another begins. */
export const firstPageOf = (scope: readonly MandateScope[]): string =>
  scope.map((one) => FIRST[one]).find((page) => page !== undefined) ?? '/inbox';

/** False for a mandate that opens no page: its delegate only receives. */
export const opensPages = (scope: readonly MandateScope[]): boolean => scope.some((one) => FIRST[one] !== undefined);

/** True when a scope opens the page. */
export const opens = (scope: readonly string[], path: string): boolean => scope.includes(PAGES[rootOf(path)] ?? '-');

/**
 * Puts the principal in the place of the caller, when this session acts for somebody: the mandate is looked up again on
 * every page, and the look or the change is written down first. Gives the page or the move that stops it, or null.
 */
export async function enterMandate(visit: Visit): Promise<Reply | null> {
  const { session, context, caller, path, req } = visit;
  if (!session.acting || !visit.signedIn || FREE.has(rootOf(path))) return null;
  const found = await mandateInForce(context, caller.subscriberId, session.acting.mandateId);
  if (!found.ok) {
    delete session.acting;
    return { to: '/mandates', flash: { key: 'acting.over' } };
  }
  if (!opens(found.value.scope, path))
    return {
      view: 'acting-closed',
      title: 'acting.closed',
      status: 403,
      data: { first: firstPageOf(found.value.scope) },
    };
  const used = { how: req.method === 'GET' ? 'read' : 'change', page: rootOf(path) };
  await note(context, caller, 'mandate_used', found.value, used);
  visit.caller = principalOf(visit, found.value);
  return null;
}

function principalOf({ context, caller }: Visit, { principal, principalId }: Mandate): Caller {
  const parsed = parseSubject(context.sealer.open(principal ?? '', 'subject'));
  if (!parsed.ok) throw new Error('a mandate names nobody');
  const kind = parsed.kind === 'company' ? 'company' : 'person';
  const who = { subject: parsed.canonical, scheme: parsed.scheme as Caller['scheme'], kind } as const;
  return { ...caller, ...who, subscriberId: principalId ?? '', actor: caller.subscriberId };
}

/** What the banner says, from the session alone, so that it stands on error pages too. */
export function bannerOf({ session, context }: Pick<Visit, 'session' | 'context'>) {
  const { acting } = session;
  return acting ? { other: context.sealer.open(acting.other, 'subject'), scope: acting.scope } : null;
}
