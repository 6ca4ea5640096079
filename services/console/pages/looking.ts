import { ERASED_SUBSCRIBER } from '../../shared/erased.ts';
import type { Visit } from '../kit/types.ts';
import { type LookDeps, type Looker, noteNotices } from '../look.ts';

type Kept = { story?: Record<string, number>; people?: Record<string, number> };

/** A look at the same thing is written down once in so long. */
const AGAIN_AFTER_MS = 30 * 60_000;
/** A reason to look at a person holds so long. */
const GRANT_MS = 30 * 60_000;
const MOST_KEPT = 200;

export const depsOf = ({ context: { ledger, sealer, clock } }: Visit): LookDeps => ({ ledger, sealer, clock });
export const lookerOf = ({ operator }: Visit, because: string): Looker => ({ by: operator.id, because });

/** Writes into the person's record that their notice was looked at; once per session and half hour for each notice. */
export async function noteOnce(visit: Visit, subscriberId: string, noticeId: string): Promise<void> {
  if (subscriberId === ERASED_SUBSCRIBER) return;
  const now = visit.context.clock().getTime();
  const { story = {} } = keptOf(visit);
  if (now - (story[noticeId] ?? 0) < AGAIN_AFTER_MS) return;
  await noteNotices(subscriberId, { by: visit.operator.id, because: null }, depsOf(visit));
  keptOf(visit).story = remember(story, noticeId, now);
}

/** The operator gave a reason to look at these people, and it is written down. */
export function grantPeople(visit: Visit, subscriberIds: string[]): void {
  const now = visit.context.clock().getTime();
  const kept = keptOf(visit);
  kept.people = subscriberIds.reduce((people, id) => remember(people, id, now), kept.people ?? {});
}

/** True while a reason that was given for every one of them holds. */
export function mayLookAt(visit: Visit, subscriberIds: string[]): boolean {
  const now = visit.context.clock().getTime();
  const { people = {} } = keptOf(visit);
  return subscriberIds.every((id) => now - (people[id] ?? 0) < GRANT_MS);
}

function remember(known: Record<string, number>, id: string, now: number): Record<string, number> {
  return Object.fromEntries(
    [[id, now] as const, ...Object.entries(known).filter(([one]) => one !== id)].slice(0, MOST_KEPT),
  );
}

function keptOf({ session }: Visit): Kept {
  session.kept ??= {};
  session.kept.looking ??= {};
  return session.kept.looking as Kept;
}
