import { readCursor, readOutcomes, writeCursor } from '../shared/feed.ts';
import { refusalOf } from '../shared/http/refuse.ts';
import { malformed } from '../shared/http/request.ts';
import type { Ledger } from '../shared/ledger/index.ts';

export type FeedPage = { items: unknown[]; cursor: string };
export type FeedQuery = {
  entity: string;
  cursor: string | undefined;
  limit: number;
  waitMs: number;
  /** Aborted when the caller went away. */
  signal: AbortSignal;
};

/**
 * The outcomes of an entity after `cursor`, in the order of their topic and without gaps; waits up to `waitMs` for the
 * first one. The cursor is opaque, belongs to one entity, and may be used again.
 */
export async function readFeed(
  { cursor, ...query }: FeedQuery,
  { ledger }: { ledger: Pick<Ledger, 'feed'> },
): Promise<FeedPage> {
  const after = cursor === undefined ? -1n : readCursor(cursor, query.entity);
  if (after === null) throw refusalOf([malformed('?cursor')]);
  const items = await readOutcomes({ ...query, after }, ledger);
  return {
    items: items.map(({ outcome }) => JSON.parse(outcome)),
    cursor: writeCursor(query.entity, items.at(-1)?.offset ?? after),
  };
}
