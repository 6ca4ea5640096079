import type { Actor } from '../../shared/audit/act.ts';
import { appendAct } from '../../shared/audit/append.ts';
import { isInForce, type Mandate } from '../../shared/mandates.ts';
import type { Caller, Context } from '../context.ts';
import type { MandateInput } from '../input/mandate.ts';
import { done, type Refusal, type Result, refuse } from '../result.ts';

export type MandateView = Pick<
  Mandate,
  'kind' | 'scope' | 'invitedBy' | 'validUntil' | 'createdAt' | 'acceptedAt' | 'endedAt'
> & {
  id: string;
  /** Which side the caller is. */
  as: 'principal' | 'delegate';
  /** `ended`: its time, or that of its invitation, is over. */
  state: Mandate['state'] | 'ended';
  endedBy: Mandate['endedBy'];
  /** The other person's number but for its last four digits; null until they accept. */
  other: string | null;
  /** When the reference code of an invitation ends. */
  codeEndsAt: Date | null;
};

/** The code is in this answer and nowhere else. */
export type Invitation = { mandate: MandateView; code: string };

const INVITATION_MS = 7 * 86_400_000;
const MOST = 20;

/** All mandates of the caller, given and held, newest first. */
export async function listMandates(context: Context, caller: Caller): Promise<Result<MandateView[]>> {
  if (caller.by !== 'person') return notThePerson;
  const found = await context.mandates.of(caller.subscriberId);
  return done(found.map((one) => viewMandate(context, one, caller.subscriberId)));
}

/** Invites somebody to act for the caller, or offers to act for somebody: a code to be handed over in person. */
export async function inviteMandate(
  context: Context,
  caller: Caller,
  { as, kind, scope, validUntil }: MandateInput,
): Promise<Result<Invitation>> {
  const { mandates, sealer, now } = context;
  const at = now();
  if (caller.by !== 'person') return notThePerson;
  if (as === 'principal' ? !fits(kind, caller) : caller.kind === 'company') return refuse('mandate_kind');
  if ((await mandates.countOpen(caller.subscriberId, at)) >= MOST)
    return refuse('too_many_mandates', { extra: { limit: MOST } });
  const me = { id: caller.subscriberId, sealed: sealer.seal(caller.subject, 'subject') };
  const code = mandates.freshCode();
  const mandate: Mandate = {
    ...{ _id: mandates.freshId(), kind, scope, validUntil, invitedBy: as, state: 'invited', createdAt: at },
    ...{ principalId: as === 'principal' ? me.id : null, principal: as === 'principal' ? me.sealed : null },
    ...{ delegateId: as === 'delegate' ? me.id : null, delegate: as === 'delegate' ? me.sealed : null },
    codeEndsAt: new Date(Math.min(at.getTime() + INVITATION_MS, validUntil.getTime())),
    ...{ acceptedAt: null, endedAt: null, endedBy: null },
  };
  await note(context, caller, 'mandate_invite', mandate, { as, kind, scope, validUntil });
  await mandates.add(mandate, code);
  return done({ mandate: viewMandate(context, mandate, me.id), code });
}

/** What an invitation says, before it is accepted. */
export async function readInvitation(context: Context, caller: Caller, code: string): Promise<Result<MandateView>> {
  const found = await acceptable(context, caller, code);
  if (!found.ok) return found;
  const { side, mandate } = found.value;
  return done({ ...viewMandate(context, mandate, ''), as: side, other: masked(context, mandate, side) });
}

/** Accepts an invitation: from now on it holds. Of two who accept at once the first does. */
export async function acceptMandate(context: Context, caller: Caller, code: string): Promise<Result<MandateView>> {
  const { mandates, sealer, now } = context;
  const found = await acceptable(context, caller, code);
  if (!found.ok) return found;
  const { side, mandate } = found.value;
  await note(context, caller, 'mandate_accept', mandate, { as: side });
  const me = { id: caller.subscriberId, sealed: sealer.seal(caller.subject, 'subject') };
  const accepted = await mandates.accept(code, side, me, now());
  if (accepted) return done(viewMandate(context, accepted, me.id));
  await note(context, caller, 'mandate_accept_undone', mandate, { as: side });
  return refuse('mandate_code_unknown');
}

/** Either side ends it, at once; one that is over already stays as it was. */
export async function revokeMandate(context: Context, caller: Caller, id: string): Promise<Result<MandateView>> {
  const { mandates, now } = context;
  if (caller.by !== 'person') return notThePerson;
  const mandate = await mandates.find(id);
  const side = mandate && sideOf(mandate, caller.subscriberId);
  if (!mandate || !side) return refuse('mandate_unknown');
  if (mandate.state === 'revoked') return done(viewMandate(context, mandate, caller.subscriberId));
  await note(context, caller, 'mandate_revoke', mandate, { as: side });
  const revoked = await mandates.revoke(id, side, caller.subscriberId, now());
  return done(viewMandate(context, revoked ?? (await mandates.find(id)) ?? mandate, caller.subscriberId));
}

/** The mandate by which the caller may act now, looked up again each time; refused when it does not hold. */
export async function mandateInForce(context: Context, delegateId: string, id: string): Promise<Result<Mandate>> {
  const mandate = await context.mandates.find(id);
  const holds = mandate?.delegateId === delegateId && isInForce(mandate, context.now());
  return holds ? done(mandate) : refuse('mandate_unknown');
}

/** Writes down what is done with a mandate, before it is done. */
export function note(
  { ledger, now }: Pick<Context, 'ledger' | 'now'>,
  caller: Pick<Caller, 'subscriberId'>,
  act: string,
  { _id, principalId, delegateId }: Mandate,
  details: Record<string, unknown>,
) {
  const role: Actor['role'] = delegateId === caller.subscriberId && act === 'mandate_used' ? 'delegate' : 'person';
  const targets = [_id, principalId, delegateId].filter((one) => one !== null);
  return appendAct(ledger, { actor: { id: caller.subscriberId, role }, act, targets, reason: '', details }, now());
}

/** A mandate as one of its two sides may see it. */
export function viewMandate(context: Context, mandate: Mandate, me: string): MandateView {
  const { _id, kind, scope, invitedBy, validUntil, createdAt, acceptedAt, endedAt, endedBy, codeEndsAt } = mandate;
  const as = sideOf(mandate, me) ?? (invitedBy === 'delegate' ? 'delegate' : 'principal');
  const ends = mandate.state === 'invited' ? codeEndsAt : validUntil;
  const state = mandate.state !== 'revoked' && ends <= context.now() ? 'ended' : mandate.state;
  return {
    ...{ id: _id, as, kind, scope, state, invitedBy, validUntil, createdAt, acceptedAt, endedAt, endedBy },
    other: masked(context, mandate, as),
    codeEndsAt: state === 'invited' ? codeEndsAt : null,
  };
}

async function acceptable(context: Context, caller: Caller, code: string) {
  if (caller.by !== 'person') return notThePerson;
  const mandate = await context.mandates.byCode(code, context.now());
  if (!mandate || mandate.validUntil <= context.now()) return refuse('mandate_code_unknown');
  if (sideOf(mandate, caller.subscriberId)) return refuse('mandate_own');
  const side = mandate.principalId === null ? ('principal' as const) : ('delegate' as const);
  const suits = side === 'principal' ? fits(mandate.kind, caller) : caller.kind === 'person';
  return suits ? done({ side, mandate }) : refuse('mandate_kind');
}

/** A company is represented; a person has a guardian or a helper. */
const fits = (kind: Mandate['kind'], { kind: who }: Caller): boolean =>
  (kind === 'representative') === (who === 'company');

function sideOf({ principalId, delegateId }: Mandate, me: string): 'principal' | 'delegate' | null {
  return principalId === me ? 'principal' : delegateId === me ? 'delegate' : null;
}

function masked({ sealer }: Context, mandate: Mandate, as: 'principal' | 'delegate'): string | null {
  const other = as === 'principal' ? mandate.delegate : mandate.principal;
  return other === null ? null : `*${sealer.open(other, 'subject').slice(-4)}`;
}

const notThePerson: Refusal = refuse('assurance_too_low');
