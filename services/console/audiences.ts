import type { Ledger } from '../shared/ledger/index.ts';
import type { Audience } from '../shared/ledger/types.ts';

export { PreviewError, type PreviewTools, previewAudience } from '../shared/audience-preview.ts';

export type AudienceTools = { ledger: Pick<Ledger, 'audiences' | 'notifications'>; clock: () => Date };

/** Audience notices, those that are not done first, newest first. */
export const listAudiences = ({ limit = 50 }: { limit?: number }, { ledger }: Pick<AudienceTools, 'ledger'>) =>
  ledger.audiences
    .find()
    .sort({ dueAt: -1, acceptedAt: -1 })
    .limit(limit)
    .select('-event')
    .lean<Omit<Audience, 'event'>[]>();

/** No further page goes out until it is resumed; one that is under way is finished. False when there was nothing to pause. */
export async function pauseAudience(id: string, { ledger }: AudienceTools): Promise<boolean> {
  const { modifiedCount } = await ledger.audiences.collection.updateOne(
    { _id: id as never, status: { $in: ['waiting', 'spreading'] } },
    { $set: { status: 'paused' } },
  );
  return modifiedCount === 1;
}

/** Goes on from where it was paused, not before its scheduled time. False when it was not paused. */
export async function resumeAudience(id: string, { ledger }: AudienceTools): Promise<boolean> {
  const { modifiedCount } = await ledger.audiences.collection.updateOne(
    { _id: id as never, status: 'paused' },
    { $set: { status: 'spreading' } },
  );
  return modifiedCount === 1;
}

/**
 * Stops a notice for good: no further page, and what waits of the pages before is not sent either, also when all pages
 * are done. The mark comes first, since workers read it at the moment of sending. False when it was stopped before.
 */
export async function stopAudience(id: string, { ledger, clock }: AudienceTools): Promise<boolean> {
  const exists = await ledger.audiences.findById(id).select({ _id: 1 }).lean();
  if (!exists) return false;
  const { modifiedCount } = await ledger.notifications.collection.updateOne(
    { _id: id as never, cancelledAt: null },
    { $set: { cancelledAt: clock() } },
  );
  await ledger.audiences.collection.updateOne(
    { _id: id as never, status: { $in: ['waiting', 'spreading', 'paused'] } },
    { $set: { status: 'stopped' } },
  );
  return modifiedCount === 1;
}
