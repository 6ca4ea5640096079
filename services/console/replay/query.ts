import type { DeliveryStatus } from '../../../contracts/status.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import type { Delivery } from '../../shared/ledger/types.ts';
import { ReplayError } from './errors.ts';
import { type LetterFilter, PAGE, type ReplayFilter } from './types.ts';

/** What failed for good, or nobody knows. */
export const REPLAYABLE: DeliveryStatus[] = ['failed', 'bounced', 'expired', 'unknown'];
/** Fetched at once: a cursor pays by the fetch. */
const FETCH = 5_000;
/** What grows with a delivery's life and no rule of sending asks for. */
const WITHOUT = '-attempts -receipts';

/** Throws ReplayError `empty_filter`: one that names nothing would be "everything", which nobody means. */
export function checkFilter(filter: ReplayFilter | LetterFilter): void {
  const named = Object.values(filter).filter((value) => value !== undefined);
  if (named.length === 0 || filter.ids?.length === 0) throw new ReplayError('empty_filter');
}

/** What a filter finds of what had failed by `at`, page by page: never more than a fetch is held. */
export async function* pagesOf(filter: ReplayFilter, at: Date, ledger: Ledger): AsyncGenerator<Delivery[]> {
  const found = ledger.deliveries.find(queryOf(filter, at)).select(WITHOUT).lean<Delivery[]>();
  // Left to itself a server may read all that ever failed beside it, once a fetch.
  if (filter.since && !filter.ids) found.hint('failed');
  let page: Delivery[] = [];
  for await (const delivery of found.cursor({ batchSize: FETCH }) as unknown as AsyncIterable<Delivery>) {
    page.push(delivery);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function queryOf({ ids, since, until, ...equal }: ReplayFilter, at: Date): object {
  const fields = Object.entries(equal).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(fields.map(([name, value]) => [name, { $eq: value }])),
    ...(ids ? { _id: { $in: ids } } : { status: { $in: REPLAYABLE } }),
    updatedAt: { ...(since && { $gte: since }), ...(until && { $lt: until }), $lte: at },
  };
}
