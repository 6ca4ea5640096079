import type { OutgoingMessage, Producer } from '../shared/kafka/producer.ts';
import { byId, isDuplicateKey, type Ledger, retryTransient } from '../shared/ledger/index.ts';
import type { Notification } from '../shared/ledger/types.ts';
import type { Turn } from './batcher.ts';

/** An event that was found good: what is stored, and what goes to Kafka. */
export type Prepared = { doc: Notification; message: OutgoingMessage; bytes: number };
export type Accepted = { id: string; duplicate: boolean };

export type AcceptDeps = {
  ledger: Pick<Ledger, 'notifications'>;
  producer: Pick<Producer, 'send'>;
  topic: string;
  sendTimeoutMs: number;
};

/**
 * Takes a batch of events: store, produce, and only then answer. Inserting is the duplicate check. A duplicate that the
 * router already has is only counted; one that it has not seen may never have reached Kafka (a crash, a failed send), so
 * it is produced again, and the router recognises a repeat. While a batch is produced the next may be stored; it is produced
 * after it. Throws when the broker did not acknowledge this batch or the one before: what this one stored is taken back
 * as far as possible, and nobody was told that it was accepted.
 */
export async function acceptBatch(items: Prepared[], { next, before }: Turn, deps: AcceptDeps): Promise<Accepted[]> {
  const unique = [...new Map(items.map((item) => [item.doc._id, item] as const)).values()];
  const inserted = await insertNew(unique, deps);
  const routed = await findRouted(
    unique.map(({ doc }) => doc._id).filter((id) => !inserted.has(id)),
    deps,
  );
  const messages = unique.filter(({ doc }) => !routed.has(doc._id)).map(({ message }) => message);
  next();
  try {
    await before;
    if (messages.length) await withDeadline(deps.producer.send([{ topic: deps.topic, messages }]), deps.sendTimeoutMs);
  } catch (error) {
    await takeBack([...inserted], deps);
    throw error;
  }
  const answered = new Set<string>();
  return items.map(({ doc: { _id: id } }) => {
    const duplicate = !inserted.has(id) || answered.has(id);
    answered.add(id);
    return { id, duplicate };
  });
}

/** Ids that were not there before. Sorted, because two writers over the same ids would otherwise wait in a circle. */
async function insertNew(items: Prepared[], { ledger }: AcceptDeps): Promise<Set<string>> {
  const docs = byId(items.map(({ doc }) => doc));
  const fresh = new Set(docs.map(({ _id }) => _id));
  try {
    await ledger.notifications.collection.insertMany(docs as never[], { ordered: false });
  } catch (error) {
    const writeErrors = writeErrorsOf(error);
    if (!writeErrors.length || !writeErrors.every(isDuplicateKey)) throw error;
    for (const { index } of writeErrors) fresh.delete(docs[index]!._id);
  }
  return fresh;
}

type WriteError = { code: number; index: number };

function writeErrorsOf(error: unknown): WriteError[] {
  const { writeErrors = [] } = (error ?? {}) as { writeErrors?: WriteError | WriteError[] };
  return [writeErrors].flat();
}

/** Of ids that were there before, those which the router has seen; the others are still on their way, or were lost. */
async function findRouted(ids: string[], { ledger }: AcceptDeps): Promise<Set<string>> {
  if (!ids.length) return new Set();
  const known = await retryTransient(() =>
    ledger.notifications
      .find({ _id: { $in: ids }, $or: [{ status: { $ne: 'accepted' } }, { position: { $ne: null } }] })
      .select({ _id: 1 })
      .lean<{ _id: string }[]>(),
  );
  return new Set(known.map(({ _id }) => _id));
}

/** Best effort: a stub that stays is never told to anybody, and a resend of its event finds and repairs it. */
async function takeBack(ids: string[], { ledger }: AcceptDeps): Promise<void> {
  if (!ids.length) return;
  const stillUntouched = { _id: { $in: ids.toSorted() }, status: 'accepted', position: null };
  await ledger.notifications.deleteMany(stillUntouched as never).catch(() => {});
}

async function withDeadline(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the broker did not acknowledge within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
