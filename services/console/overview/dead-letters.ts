import type { Ledger } from '../../shared/ledger/index.ts';

export type OpenLetters = { n: number; all: boolean; newest: Date | null; reasons: { reason: string; n: number }[] };

const MOST_COUNTED = 10_000;

/** Dead letters that nobody has sent again: the newest of them, by reason. */
export async function readOpenLetters({ deadLetters }: Pick<Ledger, 'deadLetters'>): Promise<OpenLetters> {
  const groups = await deadLetters.collection
    .aggregate<{ _id: string; n: number; newest: Date }>([
      { $match: { replayedAt: null } },
      { $sort: { at: -1 } },
      { $limit: MOST_COUNTED + 1 },
      { $group: { _id: '$reason', n: { $sum: 1 }, newest: { $max: '$at' } } },
    ])
    .toArray();
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  return {
    n: Math.min(n, MOST_COUNTED),
    all: n <= MOST_COUNTED,
    newest: groups.map(({ newest }) => newest).toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null,
    reasons: groups.map(({ _id, n: count }) => ({ reason: _id, n: count })).toSorted((a, b) => b.n - a.n),
  };
}
