import { insertNew, type Ledger } from './ledger/index.ts';
import type { FeedItem } from './ledger/types.ts';

const LAST = 9_999_999_999_999_999n;

/** The id of an outcome in the feed; -1 gives what sorts before every id of the entity. */
const feedId = (entity: string, offset: bigint): string =>
  `${entity}:${offset < 0n ? '' : String(offset).padStart(16, '0')}`;

/** The ids of an entity's outcomes after an offset, as a condition on `_id`. */
const feedAfter = (entity: string, after: bigint): { $gt: string; $lte: string } => ({
  $gt: feedId(entity, after),
  $lte: feedId(entity, LAST),
});

/** An opaque place in the outcomes of one entity: behind `offset`; -1 is before the first. */
export const writeCursor = (entity: string, offset: bigint | number): string =>
  Buffer.from(`1:${entity}:${offset}`).toString('base64url');

/** The offset that a cursor stands behind; null for a cursor that is not of this entity. */
export function readCursor(cursor: string, entity: string): bigint | null {
  const [, owner, offset] = /^1:([a-z0-9-]+):(-1|[0-9]{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return owner === entity && offset !== undefined ? BigInt(offset) : null;
}

/** Outcomes of one entity after an offset; waits up to `waitMs` for the first one. `signal` ends the waiting. */
export type FeedQuery = { entity: string; after: bigint; limit: number; waitMs: number; signal: AbortSignal };

const POLL_MS = 250;
/** How long a hole in the numbers may be filled by a writer that is just storing it, before it is taken as empty. */
const HOLE_PATIENCE_MS = 3_000;

/**
 * The outcomes of an entity after an offset, in the order of their topic. A page ends before a hole in the numbers:
 * what is being stored in this moment must not be passed over.
 */
export async function readOutcomes(query: FeedQuery, ledger: Pick<Ledger, 'feed'>): Promise<FeedItem[]> {
  const { entity, after, limit, waitMs, signal } = query;
  const start = performance.now();
  for (;;) {
    const found = await ledger.feed
      .find({ _id: feedAfter(entity, after) })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<FeedItem[]>();
    const waited = performance.now() - start;
    const ready = untilHole(found, after, waited >= HOLE_PATIENCE_MS);
    const enough = ready.length > 0 || (found.length === 0 && waited >= waitMs);
    if (enough || signal.aborted) return ready;
    await pause(POLL_MS, signal);
  }
}

/** Offset of the newest outcome of an entity in the feed; -1 before the first. */
export async function lastOffset(entity: string, { feed }: Pick<Ledger, 'feed'>): Promise<number> {
  const [last] = await feed
    .find({ _id: feedAfter(entity, -1n) })
    .sort({ _id: -1 })
    .limit(1)
    .lean<FeedItem[]>();
  return last?.offset ?? -1;
}

/** Stores outcomes in the order of their topic, whose offsets number them; what is there already stays. */
export async function keepOutcomes(
  messages: { offset: string; value: Buffer | null }[],
  entity: string,
  ledger: Pick<Ledger, 'feed'>,
): Promise<void> {
  const items = messages.flatMap(({ offset, value }): FeedItem[] => {
    if (value === null) return [];
    return [{ _id: feedId(entity, BigInt(offset)), entity, offset: Number(offset), outcome: value.toString('utf8') }];
  });
  await insertNew(ledger.feed.collection, items);
}

/** Before the first cursor there is no number to follow on; after the patience is over, a hole is empty for good. */
function untilHole(found: FeedItem[], after: bigint, patienceOver: boolean): FeedItem[] {
  let last = after;
  const ready: FeedItem[] = [];
  for (const item of found) {
    const offset = BigInt(item.offset);
    const follows = offset === last + 1n || (ready.length === 0 && (patienceOver || after < 0n));
    if (!follows) break;
    ready.push(item);
    last = offset;
  }
  return ready;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
