import type { Ledger } from '../shared/ledger/index.ts';
import type { Delivery } from '../shared/ledger/types.ts';

export type UnknownTools = { ledger: Pick<Ledger, 'deliveries'>; clock: () => Date };
export type HeldFilter = { entity?: string; channel?: Delivery['channel']; limit?: number };
export type Held = Pick<
  Delivery,
  '_id' | 'notificationId' | 'entity' | 'type' | 'channel' | 'provider' | 'unknowns' | 'updatedAt' | 'expiresAt'
>;

const FIELDS = '_id notificationId entity type channel provider unknowns updatedAt expiresAt';
/** The scheduler sends once more by itself when the notice's class says so; what is left waits for an operator. */
const HELD = { status: 'unknown', $or: [{ onUnknown: 'hold' }, { unknowns: { $gt: 1 } }] };

/** Deliveries of which nobody knows whether they went out, and which nothing but an operator or evidence will move; oldest first. */
export const listHeld = (
  { entity, channel, limit = 100 }: HeldFilter,
  { ledger, clock }: UnknownTools,
): Promise<Held[]> =>
  ledger.deliveries
    .find({ ...HELD, expiresAt: { $gt: clock() }, ...(entity && { entity }), ...(channel && { channel }) } as object)
    .sort({ updatedAt: 1, _id: 1 })
    .limit(limit)
    .select(FIELDS)
    .lean<Held[]>();

/**
 * Sends held deliveries once more, under every rule of sending. The person may get them twice; whoever calls writes the
 * operator's act down first. One that evidence has settled meanwhile is left alone. Returns how many are on their way.
 */
export async function releaseHeld(ids: string[], { ledger, clock }: UnknownTools): Promise<number> {
  const now = clock();
  const { modifiedCount } = await ledger.deliveries.collection.updateMany(
    { ...held(ids), expiresAt: { $gt: now } },
    { $set: { status: 'deferred', reason: 'retry', dueAt: now, updatedAt: now }, $inc: { replays: 1 } },
  );
  return modifiedCount;
}

/**
 * Gives held deliveries up: they end as failed, and their notices get their outcome. Evidence that comes later still
 * counts, since giving up says nothing about what happened. Returns how many ended.
 */
export async function giveUpHeld(ids: string[], { ledger, clock }: UnknownTools): Promise<number> {
  const now = clock();
  const { modifiedCount } = await ledger.deliveries.collection.updateMany(held(ids), {
    $set: { status: 'failed', reason: 'unknown_outcome', dueAt: now, updatedAt: now },
  });
  return modifiedCount;
}

const held = (ids: string[]) => ({ _id: { $in: ids.toSorted() } as never, status: 'unknown' });
