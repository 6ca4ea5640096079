import type { Ledger } from '../shared/ledger/index.ts';
import type { Delivery } from '../shared/ledger/types.ts';

/**
 * Evidence says that deliveries went out whose workers could not tell: older notices of their cases that still wait are
 * then superseded, as if the workers had told. `before` gives each delivery's status before the evidence, by id.
 */
export async function markHandedOff(
  deliveries: Delivery[],
  before: Map<string, Delivery['status']>,
  { notifications }: Pick<Ledger, 'notifications'>,
  now: Date,
): Promise<void> {
  const ids = deliveries
    .filter(({ _id, ordered, status }) => ordered && OPEN.has(before.get(_id)!) && WENT.has(status))
    .map(({ notificationId }) => notificationId);
  if (ids.length === 0) return;
  await notifications.collection.updateMany(
    { _id: { $in: [...new Set(ids)].sort() } as never, handedOffAt: null },
    { $set: { handedOffAt: now } },
  );
}

const OPEN: ReadonlySet<Delivery['status']> = new Set(['sending', 'unknown']);
const WENT: ReadonlySet<Delivery['status']> = new Set(['sent', 'delivered']);
