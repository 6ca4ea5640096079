import { isUtf8 } from 'node:buffer';
import type { Sealer } from '../shared/crypto/field.ts';
import { CryptoError } from '../shared/crypto/keyring.ts';
import type { Producer } from '../shared/kafka/producer.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { StoredDeadLetter } from '../shared/ledger/types.ts';

export type DeadLetterFilter = { ids?: string[]; reason?: string; topic?: string; replayed?: boolean };
export type DeadLetterTools = { ledger: Ledger; producer: Producer; sealer: Sealer; clock: () => Date };

/** Contents held in memory at a time while they are put back. */
export const LOT = 200;

/** Dead letters, newest first. */
export async function listDeadLetters(
  { ledger }: Pick<DeadLetterTools, 'ledger'>,
  filter: DeadLetterFilter,
  limit = 100,
): Promise<StoredDeadLetter[]> {
  return ledger.deadLetters.find(queryOf(filter)).sort({ at: -1 }).limit(limit).lean<StoredDeadLetter[]>();
}

function queryOf({ ids, replayed, ...rest }: DeadLetterFilter): object {
  const fields = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(fields),
    ...(ids && { _id: { $in: ids } }),
    ...(replayed !== undefined && { replayedAt: replayed ? { $ne: null } : null }),
  };
}

/** How many a filter finds, and how many of them have a content that can go back. */
export async function countDeadLetters(
  { ledger }: Pick<DeadLetterTools, 'ledger'>,
  filter: DeadLetterFilter,
): Promise<{ found: number; whole: number }> {
  const { collection } = ledger.deadLetters;
  const query = queryOf(filter);
  const [found, whole] = await Promise.all([
    collection.countDocuments(query),
    collection.countDocuments({ ...query, original: { $ne: null } }),
  ]);
  return { found, whole };
}

type LetterLine = Pick<StoredDeadLetter, '_id' | 'reason'> & { isEmpty: boolean };

/**
 * What a filter finds of what was put aside by `before`, in the order of the ids, page by page, without contents. One
 * cursor: a look-up a page would sort all that is left each time, where the server has no index in that order.
 */
export async function* letterPages(
  filter: DeadLetterFilter,
  { ledger, before, size }: { ledger: Ledger; before: Date; size: number },
): AsyncGenerator<LetterLine[]> {
  const found = ledger.deadLetters.collection.aggregate<LetterLine>(
    [
      { $match: { $and: [queryOf(filter), { at: { $lte: before } }] } },
      { $project: { reason: 1, isEmpty: { $eq: ['$original', null] } } },
      { $sort: { _id: 1 } },
    ],
    { batchSize: size },
  );
  let page: LetterLine[] = [];
  for await (const letter of found) {
    page.push(letter);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Those of these letters that nobody has put back and that have a content. */
export const lettersIn = (ids: string[], ledger: Pick<Ledger, 'deadLetters'>): Promise<StoredDeadLetter[]> =>
  ledger.deadLetters.find({ _id: { $in: ids }, replayedAt: null, original: { $ne: null } }).lean<StoredDeadLetter[]>();

/**
 * One dead letter for a reader: everything but `content` may be shown to any operator. Header values, the key and the
 * content can name a person. `bytes` is null for a tombstone, and for what no key of the ring opens.
 */
export function describeDeadLetter(letter: StoredDeadLetter, sealer: Sealer) {
  const { _id, reason, detail, topic, partition, offset, key, headers, original, at, replayedAt } = letter;
  const opened = original === null ? null : openOriginal(original, sealer);
  return {
    ...{ id: _id, reason, detail, place: `${topic}/${partition}/${offset}` },
    at: at.toISOString(),
    replayedAt: replayedAt?.toISOString() ?? null,
    bytes: opened?.length ?? null,
    tombstone: original === null,
    readable: original === null || opened !== null,
    keyBytes: key === null ? null : Buffer.from(key, 'base64').length,
    headerNames: Object.keys(headers).sort(),
    content: opened && (isUtf8(opened) ? opened.toString('utf8') : `base64:${opened.toString('base64')}`),
  };
}

function openOriginal(original: string, sealer: Sealer): Buffer | null {
  try {
    return Buffer.from(sealer.open(original, 'dead-letter'), 'base64');
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

/**
 * Puts the original bytes back where they came from, once its cause is mended. They are never altered: a corrected event
 * is a new event. Sending one twice is harmless, since every reader recognises what it has seen. Tombstones stay, and so
 * does what no key of the ring opens. Gives how many went.
 */
export async function replayDeadLetters(
  letters: StoredDeadLetter[],
  { ledger, producer, sealer, clock }: DeadLetterTools,
  job?: string,
): Promise<number> {
  const whole = letters.flatMap(({ original, ...letter }) => {
    const value = original === null ? null : openOriginal(original, sealer);
    return value === null ? [] : [{ ...letter, value }];
  });
  if (whole.length === 0) return 0;
  const byTopic = Map.groupBy(whole, ({ topic }) => topic);
  await producer.send([...byTopic].map(([topic, items]) => ({ topic, messages: items.map(toMessage) })));
  const ids = whole.map(({ _id }) => _id).sort();
  await ledger.deadLetters.collection.updateMany(
    { _id: { $in: ids } as never },
    { $set: { replayedAt: clock(), ...(job && { replayJob: job }) } },
  );
  return whole.length;
}

type Whole = Omit<StoredDeadLetter, 'original'> & { value: Buffer };

const toMessage = ({ _id, key, value, headers }: Whole) => ({
  // As bytes: a key need not be text, and another key would be another partition.
  key: key === null ? null : Buffer.from(key, 'base64'),
  value,
  headers: { ...headers, 'replay-of': _id },
});

/** Puts back what a filter finds of what nobody has put back, at most so many, lot by lot. Gives how many went. */
export async function replayWaiting(filter: DeadLetterFilter, most: number, tools: DeadLetterTools): Promise<number> {
  const { ledger, clock } = tools;
  let left = most;
  let went = 0;
  for await (const page of letterPages({ ...filter, replayed: false }, { ledger, before: clock(), size: LOT })) {
    const ids = page.flatMap(({ _id, isEmpty }) => (isEmpty ? [] : [_id])).slice(0, left);
    left -= ids.length;
    went += await replayDeadLetters(await lettersIn(ids, ledger), tools);
    if (left === 0) break;
  }
  return went;
}
