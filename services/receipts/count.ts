import type { Counters } from '../shared/counters/record.ts';
import type { Delivery } from '../shared/ledger/types.ts';
import type { Matched } from './deps.ts';

const COUNTED = { delivered: 'delivered', failed: 'failed', bounced: 'failed' } as const;

/** Counts what evidence changed, and how long the first word that something arrived took. For those who watch. */
export function countMerged(
  before: Map<string, Delivery['status']>,
  merged: Iterable<Delivery>,
  matched: Matched[],
  counters: Counters | undefined,
): void {
  if (!counters) return;
  for (const { _id, test, status, channel, entity, lane, provider, sentAt } of merged) {
    if (test || status === before.get(_id)) continue;
    const field = COUNTED[status as keyof typeof COUNTED];
    if (field) counters.flow({ channel, entity, lane }, field);
    const arrived = matched.find(({ receipt, delivery }) => delivery._id === _id && ARRIVED.has(receipt.kind));
    if (field === 'delivered' && arrived && provider && sentAt)
      counters.receipt({ channel, provider }, Math.max(0, Date.parse(arrived.receipt.receivedAt) - sentAt.getTime()));
  }
}

const ARRIVED: ReadonlySet<string> = new Set(['delivered', 'read']);
