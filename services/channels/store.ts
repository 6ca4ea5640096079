import { byId, type Ledger, retryTransient } from '../shared/ledger/index.ts';
import type { Attempt, Delivery } from '../shared/ledger/types.ts';
import type { Change } from './answer.ts';

/** `earlier` are calls to other providers that came before `attempt` within the same turn. */
export type Result = { delivery: Delivery; change: Change; attempt: Attempt | null; earlier?: Attempt[] };

/**
 * Stores the results of claimed deliveries in one bulk write. A delivery that a receipt has moved on meanwhile keeps its
 * better status; only the attempt is added to it. A slow worker whose claim nobody took over still knows better than
 * `unknown`. Repeated while the database has a passing fault: what was sent is known here and nowhere else.
 */
export const storeResults = (ledger: Ledger, claim: string, results: Result[]): Promise<void> =>
  retryTransient(() => storeOnce(ledger, claim, results));

async function storeOnce(ledger: Ledger, claim: string, results: Result[]): Promise<void> {
  if (results.length === 0) return;
  const { collection } = ledger.deliveries;
  const operations = byId(results.map((result) => ({ _id: result.delivery._id, ...result }))).map(
    ({ _id, change, attempt, earlier = [] }) => ({
      updateOne: {
        filter: { _id, claim, status: { $in: ['sending', 'unknown'] } } as never,
        update: {
          $set: { claim: null, ...change },
          ...(attempt && { $push: { attempts: { $each: [...earlier, attempt] } as never } }),
        },
      },
    }),
  );
  const { matchedCount } = await collection.bulkWrite(operations, { ordered: false });
  if (matchedCount < results.length) await addAttempts(ledger, claim, results);
  await markHandedOff(ledger, results);
}

/** The rare case: a receipt came before this worker stored its own result. */
async function addAttempts(ledger: Ledger, claim: string, results: Result[]): Promise<void> {
  const overtaken = results.filter(({ attempt }) => attempt !== null);
  if (overtaken.length === 0) return;
  await ledger.deliveries.collection.bulkWrite(
    byId(overtaken.map((result) => ({ _id: result.delivery._id, ...result }))).map(
      ({ _id, change, attempt, earlier = [] }) => ({
        updateOne: {
          filter: { _id, claim, status: { $nin: ['sending', 'unknown'] } } as never,
          update: {
            $set: {
              claim: null,
              provider: attempt!.provider,
              providerRef: attempt!.providerRef,
              sentAt: change.sentAt ?? null,
            },
            $push: { attempts: { $each: [...earlier, attempt] } as never },
          },
        },
      }),
    ),
    { ordered: false },
  );
}

/** Remembers on the notices of a case that they went out: older ones that still wait are superseded by them. */
async function markHandedOff(ledger: Ledger, results: Result[]): Promise<void> {
  const sent = results.filter(({ change, delivery }) => change.status === 'sent' && delivery.ordered);
  if (sent.length === 0) return;
  const ids = [...new Set(sent.map(({ delivery }) => delivery.notificationId))].sort();
  await ledger.notifications.collection.updateMany(
    { _id: { $in: ids } as never, handedOffAt: null },
    { $set: { handedOffAt: sent[0]!.change.updatedAt } },
  );
}
