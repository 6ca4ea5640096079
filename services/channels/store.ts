import { type Ledger, retryTransient } from '../shared/ledger/index.ts';
import type { Attempt, Delivery } from '../shared/ledger/types.ts';
import { type Change, updateEach } from '../shared/ledger/update-each.ts';
import type { Change as Answered } from './answer.ts';

/** `earlier` are calls to other providers that came before `attempt` within the same turn. */
export type Result = { delivery: Delivery; change: Answered; attempt: Attempt | null; earlier?: Attempt[] };

/**
 * Stores the results of claimed deliveries in one update. A delivery that a receipt has moved on meanwhile keeps its
 * better status; only the attempt is added to it. A slow worker whose claim nobody took over still knows better than
 * `unknown`. Repeated while the database has a passing fault: what was sent is known here and nowhere else.
 */
export const storeResults = (ledger: Ledger, claim: string, results: Result[]): Promise<void> =>
  retryTransient(() => storeOnce(ledger, claim, results));

async function storeOnce(ledger: Ledger, claim: string, results: Result[]): Promise<void> {
  if (results.length === 0) return;
  const { collection } = ledger.deliveries;
  const own = { claim, status: { $in: ['sending', 'unknown'] } };
  const stored = await updateEach(
    collection,
    own,
    results.map(({ change, ...result }) => changeOf(result, { claim: null, ...change })),
  );
  if (stored < results.length) await addAttempts(ledger, claim, results);
  await markHandedOff(ledger, results);
}

/** The rare case: a receipt came before this worker stored its own result. */
async function addAttempts(ledger: Ledger, claim: string, results: Result[]): Promise<void> {
  const overtaken = results.filter(({ attempt }) => attempt !== null);
  await updateEach(
    ledger.deliveries.collection,
    { claim, status: { $nin: ['sending', 'unknown'] } },
    overtaken.map(({ change, ...result }) => {
      const { provider, providerRef } = result.attempt!;
      return changeOf(result, { claim: null, provider, providerRef, sentAt: change.sentAt ?? null });
    }),
  );
}

const changeOf = ({ delivery: { _id }, attempt, earlier = [] }: Omit<Result, 'change'>, set: object): Change => ({
  _id,
  set,
  ...(attempt && { append: { attempts: [...earlier, attempt] } }),
});

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
