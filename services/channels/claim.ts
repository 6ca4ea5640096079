import { randomUUID } from 'node:crypto';
import { type Ledger, retryTransient } from '../shared/ledger/index.ts';
import type { Delivery } from '../shared/ledger/types.ts';

/**
 * Claims those of `ids` that are queued: one conditional update under a fresh token, one read of what the token got.
 * What somebody else has, or what is no longer queued, is not in the answer. Within `leaseMs` of `now` the results are
 * to be stored.
 */
export async function claimDeliveries(
  ledger: Ledger,
  ids: string[],
  now: Date,
  leaseMs: number,
): Promise<{ claim: string; deliveries: Delivery[] }> {
  const claim = randomUUID();
  const sorted = [...new Set(ids)].sort();
  // Repeated under the same token when the connection fails: what the first try claimed must not count as lost.
  await retryTransient(() =>
    ledger.deliveries.collection.updateMany(
      { _id: { $in: sorted } as never, status: 'queued' },
      { $set: { status: 'sending', claim, dueAt: new Date(now.getTime() + leaseMs), updatedAt: now } },
    ),
  );
  const found = await retryTransient(() => ledger.deliveries.find({ _id: { $in: sorted }, claim }).lean<Delivery[]>());
  const byId = new Map(found.map((delivery) => [delivery._id, delivery]));
  // In the order of the messages, so that the notices of a case keep theirs.
  const deliveries = [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
  return { claim, deliveries };
}
