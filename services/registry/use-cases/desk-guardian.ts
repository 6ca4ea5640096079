import type { Language } from '../../../contracts/status.ts';
import { appendAct } from '../../shared/audit/append.ts';
import { MANDATE_SCOPES, type Mandate } from '../../shared/mandates.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { saveProfile } from './register.ts';

/** Which paper the officer has seen; its number is not kept. */
export const GUARDIAN_PAPERS = ['birth_certificate', 'court_order', 'family_book'] as const;
export type GuardianPaper = (typeof GUARDIAN_PAPERS)[number];

/** The two whom it is about, each as a caller for whom the officer acts (`visitorOf`). */
export type Guardianship = { child: Caller; guardian: Caller; paper: GuardianPaper };

/**
 * A desk officer who has seen the papers registers the guardian of a child that has no eKey to accept an invitation
 * with. It holds at once, until `validUntil`; both sides see it and who made it. Nothing tells the officer whether either
 * was registered before. An officer can be neither of the two.
 */
export async function registerGuardian(
  context: Context,
  { child, guardian, paper }: Guardianship,
  { validUntil, language }: { validUntil: Date; language: Language },
): Promise<Result<Mandate>> {
  const { mandates, sealer, subscribers, now } = context;
  if (!areTwoOthers(child, guardian)) return refuse('mandate_own');
  const at = now();
  const mandate: Mandate = {
    ...{ _id: mandates.freshId(), kind: 'guardian', scope: [...MANDATE_SCOPES], validUntil, codeEndsAt: at },
    ...{ principalId: child.subscriberId, principal: sealer.seal(child.subject, 'subject') },
    ...{ delegateId: guardian.subscriberId, delegate: sealer.seal(guardian.subject, 'subject') },
    ...{ invitedBy: 'desk', state: 'active', createdAt: at, acceptedAt: at, endedAt: null, endedBy: null },
  };
  await noteAct(context, child, 'desk_guardian', [mandate._id, child.subscriberId, guardian.subscriberId], {
    ...{ paper, scope: mandate.scope, validUntil },
  });
  await tellBoth(context, child, guardian);
  if (!(await subscribers.find(child.subscriberId))) await saveProfile(context, child, { language });
  for (const older of await between(context, child, guardian)) await mandates.end(older._id, 'desk', at);
  await mandates.add(mandate);
  return done(mandate);
}

/** Ends every guardianship between the two, at once; the same answer when there was none. */
export async function endGuardianship(
  context: Context,
  { child, guardian, paper }: Guardianship,
): Promise<Result<null>> {
  if (!areTwoOthers(child, guardian)) return refuse('mandate_own');
  const held = await between(context, child, guardian);
  const targets = [...held.map(({ _id }) => _id), child.subscriberId, guardian.subscriberId];
  await noteAct(context, child, 'desk_guardian_end', targets, { paper });
  await tellBoth(context, child, guardian);
  for (const one of held) await context.mandates.end(one._id, 'desk', context.now());
  return done(null);
}

const areTwoOthers = (child: Caller, guardian: Caller): boolean =>
  new Set([child.subscriberId, guardian.subscriberId, child.actor]).size === 3;

async function between({ mandates }: Context, child: Caller, guardian: Caller): Promise<Mandate[]> {
  const all = await mandates.of(child.subscriberId);
  return all.filter(
    ({ kind, principalId, delegateId, state }) =>
      kind === 'guardian' &&
      state === 'active' &&
      principalId === child.subscriberId &&
      delegateId === guardian.subscriberId,
  );
}

/** Each sees in their record that somebody at a desk had to do with it. */
async function tellBoth({ lookups, now }: Context, ...both: Caller[]): Promise<void> {
  for (const { subscriberId, actor = '' } of both) {
    const look = { subscriberId, by: 'officer', actor, what: 'record', because: 'guardianship at a desk' } as const;
    await lookups.note({ ...look, at: now() });
  }
}

const noteAct = (
  { ledger, now }: Context,
  { actor = '' }: Caller,
  act: string,
  targets: string[],
  details: Record<string, unknown>,
) => appendAct(ledger, { actor: { id: actor, role: 'desk' }, act, targets, reason: 'papers seen', details }, now());
