import type { Receipt } from '../../contracts/generated/types.ts';
import { isReason } from '../../contracts/status.ts';
import type { Sealer } from '../shared/crypto/field.ts';
import { deadLetter } from '../shared/dead-letters.ts';
import { isErased } from '../shared/erased.ts';
import { concerns } from '../shared/evidence/index.ts';
import type { IncomingMessage } from '../shared/kafka/consumer.ts';
import { insertNew } from '../shared/ledger/index.ts';
import type { Delivery, StoredReceipt, Subscriber } from '../shared/ledger/types.ts';
import { type Change, updateEach } from '../shared/ledger/update-each.ts';
import { recipientOf } from '../shared/recipient.ts';
import { applyByNumber } from './by-number.ts';
import { countMerged } from './count.ts';
import type { Matched, ReadReceipt, ReceiptDeps } from './deps.ts';
import { applyEffects } from './effects.ts';
import { markHandedOff } from './handed-off.ts';
import { mergeReceipt } from './merge.ts';
import { readReceipts } from './read.ts';

const FIRST_LOOK_MS = 2_000;
const LATE_EVIDENCE_MS = 3_600_000;

/** Evidence met a delivery that changed meanwhile: the batch is read again and merged with what is there now. */
class MovedOnError extends Error {
  readonly code = 'moved_on';
  readonly retryable = true;
}

/**
 * The story of receipts: evidence is kept, matched with deliveries, merged forwards into their status, and what it says
 * about the contact is done. Outcomes follow by settling. Doing a batch again changes nothing.
 */
export async function applyReceipts(messages: IncomingMessage[], deps: ReceiptDeps): Promise<void> {
  const now = deps.clock();
  const { receipts, unreadable } = readReceipts(messages, deps.sealer);
  const matched = await match(receipts, deps);
  await keep(receipts, new Map(matched.map(({ receipt, delivery }) => [receipt.id, delivery])), deps, now);
  const about = matched.filter((item) => isAbout(item, deps.sealer));
  // Before merging, which marks a receipt as counted: a crash in between repeats the effects, a late copy never does.
  await applyEffects(
    about.filter((item) => !item.delivery.test && !isCounted(item)),
    deps,
    now,
  );
  await mergeAll(about, deps, now);
  const known = new Set(matched.map(({ receipt }) => receipt.id));
  await applyByNumber(
    receipts.filter(({ receipt }) => !known.has(receipt.id)),
    deps,
    now,
  );
  await deadLetter(unreadable, deps, now);
}

/** By our own id where the evidence carries it, else by the provider's: two queries, and one for the people. */
async function match(read: ReadReceipt[], { ledger }: ReceiptDeps): Promise<Matched[]> {
  const ids = read.flatMap(({ receipt }) => receipt.deliveryId ?? []);
  const refs = read.flatMap(({ receipt: { deliveryId, providerRef } }) =>
    deliveryId || !providerRef ? [] : [providerRef],
  );
  const [own, theirs] = await Promise.all([
    ids.length === 0 ? [] : ledger.deliveries.find({ _id: { $in: [...new Set(ids)] } }).lean<Delivery[]>(),
    refs.length === 0 ? [] : ledger.deliveries.find({ providerRef: { $in: [...new Set(refs)] } }).lean<Delivery[]>(),
  ]);
  const byDelivery = new Map(own.map((delivery) => [delivery._id, delivery]));
  const byRef = new Map(theirs.map((delivery) => [delivery.providerRef, delivery]));
  const people = [...new Set([...own, ...theirs].map(recipientOf))];
  const subscribers =
    people.length === 0 ? [] : await ledger.subscribers.find({ _id: { $in: people } }).lean<Subscriber[]>();
  const byPerson = new Map(subscribers.map((subscriber) => [subscriber._id, subscriber]));
  return read.flatMap(({ receipt, evidence }) => {
    const delivery = receipt.deliveryId ? byDelivery.get(receipt.deliveryId) : byRef.get(receipt.providerRef ?? '');
    return delivery ? [{ receipt, evidence, delivery, subscriber: byPerson.get(recipientOf(delivery)) ?? null }] : [];
  });
}

/** Every piece of evidence is kept, also when nothing matches it; a repeated one is kept once. */
async function keep(
  read: ReadReceipt[],
  matched: Map<string, Delivery>,
  { ledger, metrics }: ReceiptDeps,
  now: Date,
): Promise<void> {
  const documents = read.map(({ receipt }) => toStored(receipt, matched.get(receipt.id) ?? null, now));
  await insertNew(ledger.receipts.collection, documents);
  const ids = [...matched.keys()].sort();
  if (ids.length > 0) {
    await ledger.receipts.collection.updateMany(
      { _id: { $in: ids } as never, matched: false },
      { $set: { matched: true, dueAt: null } },
    );
  }
  for (const { receipt } of read) {
    const { provider, kind, id } = receipt;
    metrics.receipts.inc({ provider, kind, result: matched.has(id) ? 'matched' : 'unmatched' });
  }
}

const toStored = (receipt: Receipt, delivery: Delivery | null, now: Date): StoredReceipt => ({
  _id: receipt.id,
  provider: receipt.provider,
  channel: receipt.channel,
  deliveryId: delivery?._id ?? receipt.deliveryId ?? null,
  providerRef: receipt.providerRef ?? null,
  kind: receipt.kind,
  reason: receipt.reason && isReason(receipt.reason) ? receipt.reason : null,
  smtpStatus: receipt.smtpStatus ?? null,
  part: receipt.part ?? null,
  parts: receipt.parts ?? null,
  // What names a person must not come back after their record is erased.
  evidence: delivery && isErased(delivery) ? null : (receipt.evidence ?? null),
  matched: delivery !== null,
  dueAt: delivery ? null : new Date(now.getTime() + FIRST_LOOK_MS),
  occurredAt: new Date(receipt.occurredAt),
  receivedAt: new Date(receipt.receivedAt),
});

/** A report about several recipients speaks only for the one that has our address. */
function isAbout({ evidence, delivery, subscriber }: Matched, sealer: Sealer): boolean {
  const contact = subscriber?.contacts.find(({ id }) => id === delivery.contactId);
  if (evidence === null || evidence.recipients <= 1 || !contact || contact.channel === 'push') return true;
  return concerns(evidence, sealer.open(contact.address, 'address'));
}

const isCounted = ({ receipt, delivery }: Matched): boolean => delivery.receipts.some(({ id }) => id === receipt.id);

/** A changed status may settle the notice at once; one that turned out to be sent waits for better evidence first. */
const nextLook = (status: Delivery['status'], now: Date): Date =>
  status === 'sent' ? new Date(now.getTime() + LATE_EVIDENCE_MS) : now;

/** Folds the evidence into each delivery and stores all that had the same status in one update, each only if it still has it. */
async function mergeAll(matched: Matched[], { ledger, counters }: ReceiptDeps, now: Date): Promise<void> {
  const before = new Map(matched.map(({ delivery }) => [delivery._id, delivery.status]));
  const current = new Map<string, Delivery>();
  for (const { receipt, delivery } of matched) {
    const base = current.get(delivery._id) ?? delivery;
    const merged = mergeReceipt(base, receipt);
    if (!merged) continue;
    const { status, reason, entry } = merged;
    current.set(delivery._id, { ...base, status, reason, receipts: [...base.receipts, entry] });
  }
  if (current.size === 0) return;
  await markHandedOff([...current.values()], before, ledger, now);
  let stored = 0;
  for (const [status, deliveries] of Map.groupBy(current.values(), ({ _id }) => before.get(_id)!)) {
    const changes = deliveries.map((merged) => changeOf(merged, status, now));
    stored += await updateEach(ledger.deliveries.collection, { status }, changes);
  }
  if (stored < current.size) throw new MovedOnError('a delivery changed while its receipts were merged');
  countMerged(before, current.values(), matched, counters);
}

const changeOf = ({ _id, status, reason, receipts }: Delivery, before: Delivery['status'], now: Date): Change => ({
  _id,
  set: { status, reason, updatedAt: now, ...(status !== before && { dueAt: nextLook(status, now) }) },
  append: { receipts },
});
