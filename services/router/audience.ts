import type { AcceptedEvent } from '../shared/event/open-message.ts';
import { byId, insertNew } from '../shared/ledger/index.ts';
import type { Audience, Notification } from '../shared/ledger/types.ts';
import type { RouterDeps } from './deps.ts';
import type { Draft } from './route-drafts.ts';

/**
 * Remembers audience notices; they are spread page by page by `spreadPage`, so one never holds up a partition. What is
 * there already stays as it is, whatever has become of it; a repeated event is counted.
 */
export async function announceAudiences(items: Draft[], deps: RouterDeps, now: Date): Promise<void> {
  if (items.length === 0) return;
  const { ledger, sealer } = deps;
  const ids = items.map(({ draft }) => draft._id).sort();
  const { notifications, audiences } = ledger;
  await insertNew(
    notifications.collection,
    items.map(({ draft }) => ({ ...draft, status: 'routed' as const, routedAt: now })),
  );
  await notifications.collection.updateMany(
    { _id: { $in: ids } as never, status: 'accepted' },
    { $set: { status: 'routed', routedAt: now } },
  );
  await insertNew(
    audiences.collection,
    items.map(({ accepted, draft }) =>
      newAudience(accepted, draft, sealer.seal(JSON.stringify(accepted.event), 'data'), now),
    ),
  );
  await stopCancelled(ids, deps);
  await countRepeated(items, deps);
}

/** Cancelled before it was remembered here: then nobody but us could have stopped it. */
async function stopCancelled(ids: string[], { ledger }: RouterDeps): Promise<void> {
  const cancelled = await ledger.notifications
    .find({ _id: { $in: ids }, cancelledAt: { $ne: null } })
    .select({ _id: 1 })
    .lean<{ _id: string }[]>();
  if (cancelled.length === 0) return;
  await ledger.audiences.collection.updateMany(
    {
      _id: { $in: byId(cancelled).map(({ _id }) => _id) } as never,
      status: { $in: ['waiting', 'spreading', 'paused'] },
    },
    { $set: { status: 'stopped' } },
  );
}

/** One that stood at another place of the topic before is a duplicate. */
async function countRepeated(items: Draft[], { ledger, metrics }: RouterDeps): Promise<void> {
  const stored = await ledger.audiences
    .find({ _id: { $in: items.map(({ draft }) => draft._id) } })
    .select({ position: 1, entity: 1 })
    .lean<Pick<Audience, '_id' | 'position' | 'entity'>[]>();
  const position = new Map(items.map(({ draft }) => [draft._id, draft.position]));
  const repeated = byId(stored).filter((audience) => audience.position !== position.get(audience._id));
  if (repeated.length === 0) return;
  await ledger.notifications.collection.updateMany(
    { _id: { $in: repeated.map(({ _id }) => _id) } as never },
    { $inc: { duplicates: 1 } },
  );
  for (const { entity } of repeated) metrics.duplicates.inc({ entity });
}

const newAudience = (accepted: AcceptedEvent, draft: Notification, event: string, now: Date): Audience => ({
  _id: draft._id,
  entity: draft.entity,
  segment: accepted.subject.number,
  event,
  test: draft.test,
  position: draft.position ?? '',
  acceptedAt: draft.acceptedAt,
  status: 'waiting',
  checkpoint: '',
  counts: { people: 0, routed: 0, notReached: 0 },
  dueAt: draft.notBefore ?? now,
  claim: null,
});
