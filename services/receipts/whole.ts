import type { Ledger } from '../shared/ledger/index.ts';
import type { Delivery, Notification } from '../shared/ledger/types.ts';

/** What was not read whole is read again until then, but nobody waits for a delivery that is gone. */
export const WHOLE_WITHIN_MS = 600_000;

/**
 * The deliveries of notices, by notice. A reading of many beside somebody who changes them may hold one twice, of which
 * the later counts, and may miss one (docs/adr/0027): ask `isWhole` before anything is made of them.
 */
export async function deliveriesOf(ids: string[], { deliveries }: Ledger): Promise<Map<string, Delivery[]>> {
  const found = await deliveries.find({ notificationId: { $in: ids } }).lean<Delivery[]>();
  const once = new Map(found.map((delivery) => [delivery._id, delivery]));
  return Map.groupBy(once.values(), ({ notificationId }) => notificationId);
}

/** Whether every delivery that was decided on is among these. One contact of a channel has one, on whoever's behalf. */
export function isWhole({ decisions }: Pick<Notification, 'decisions'>, deliveries: Delivery[]): boolean {
  const decided = decisions.filter(({ decision, contactId }) => decision !== 'skip' && contactId !== null);
  return new Set(decided.map(({ channel, contactId }) => `${channel} ${contactId}`)).size <= deliveries.length;
}
