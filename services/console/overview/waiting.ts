import type { Channel, DeliveryStatus, Lane } from '../../../contracts/status.ts';
import type { Ledger } from '../../shared/ledger/index.ts';

export type WaitingRow = { channel: Channel; entity: string; lane: Lane; n: number };
/** `all` is true when the rows tell of everything that waits, and false when there is more than was counted. */
export type Waiting = { rows: WaitingRow[]; n: number; all: boolean };

/** Statuses in which a delivery still waits for a provider. */
const WAITING: DeliveryStatus[] = ['deferred', 'queued', 'sending'];
/** What waits is counted from its index, up to here: the screen must come on a bad morning too. */
export const MOST_COUNTED = 50_000;

/**
 * What waits now, by channel, entity and lane: at most `most` entries of the index are looked at, whatever the ledger
 * holds. Test deliveries are left out afterwards, so that the bound holds for them too.
 */
export async function readWaiting({ deliveries }: Pick<Ledger, 'deliveries'>, most = MOST_COUNTED): Promise<Waiting> {
  const groups = await deliveries.collection
    .aggregate<{ _id: Omit<WaitingRow, 'n'> & { test: boolean }; n: number }>([
      { $match: { status: { $in: WAITING } } },
      { $limit: most + 1 },
      { $group: { _id: { channel: '$channel', entity: '$entity', lane: '$lane', test: '$test' }, n: { $sum: 1 } } },
    ])
    .toArray();
  const seen = groups.reduce((sum, { n }) => sum + n, 0);
  const rows = groups.flatMap(({ _id: { test, ...key }, n }) => (test ? [] : [{ ...key, n }]));
  return {
    rows,
    n: Math.min(
      most,
      rows.reduce((sum, { n }) => sum + n, 0),
    ),
    all: seen <= most,
  };
}
