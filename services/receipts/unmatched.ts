import type { Receipt } from '../../contracts/generated/types.ts';
import { byId } from '../shared/ledger/index.ts';
import type { StoredReceipt } from '../shared/ledger/types.ts';
import type { ReceiptDeps } from './deps.ts';

const BATCH = 500;
const LOOK_FOR_MS = 24 * 3_600_000;

/**
 * Evidence that came before its delivery was stored is looked for again, ever less often, for a day; what is found goes
 * back to notifyme.receipts. What never matches stays kept.
 */
export async function lookAgain({ ledger, producer, topics, clock }: ReceiptDeps): Promise<boolean> {
  const now = clock();
  const waiting = await ledger.receipts
    .find({ matched: false, dueAt: { $lte: now } })
    .limit(BATCH)
    .lean<StoredReceipt[]>();
  if (waiting.length === 0) return false;
  const refs = waiting.flatMap(({ providerRef }) => providerRef ?? []);
  const ids = waiting.flatMap(({ deliveryId }) => deliveryId ?? []);
  const found = await ledger.deliveries
    .find({ $or: [{ providerRef: { $in: refs } }, { _id: { $in: ids } }] })
    .select({ _id: 1, providerRef: 1 })
    .lean<{ _id: string; providerRef: string | null }[]>();
  const known = new Set(found.flatMap(({ _id, providerRef }) => [_id, providerRef ?? '']));
  const matched = waiting.filter(
    ({ providerRef, deliveryId }) => known.has(providerRef ?? ' ') || known.has(deliveryId ?? ' '),
  );
  await producer.send([
    {
      topic: topics.receipts,
      messages: matched.map((stored) => ({ key: stored.providerRef, value: JSON.stringify(toReceipt(stored)) })),
    },
  ]);
  await ledger.receipts.collection.bulkWrite(
    byId(waiting).map(({ _id, receivedAt }) => ({
      updateOne: { filter: { _id, matched: false } as never, update: { $set: { dueAt: nextLook(receivedAt, now) } } },
    })),
    { ordered: false },
  );
  return waiting.length === BATCH;
}

/** As long again as it has waited so far. */
function nextLook(receivedAt: Date, now: Date): Date | null {
  const waited = Math.max(2_000, now.getTime() - receivedAt.getTime());
  return waited > LOOK_FOR_MS ? null : new Date(now.getTime() + waited);
}

const toReceipt = (stored: StoredReceipt): Receipt => ({
  id: stored._id,
  provider: stored.provider,
  channel: stored.channel,
  ...(stored.deliveryId && { deliveryId: stored.deliveryId }),
  ...(stored.providerRef && { providerRef: stored.providerRef }),
  kind: stored.kind,
  ...(stored.reason && { reason: stored.reason }),
  ...(stored.smtpStatus && { smtpStatus: stored.smtpStatus }),
  ...(stored.part && { part: stored.part }),
  ...(stored.parts && { parts: stored.parts }),
  ...(stored.evidence && { evidence: stored.evidence }),
  occurredAt: stored.occurredAt.toISOString(),
  receivedAt: stored.receivedAt.toISOString(),
});
