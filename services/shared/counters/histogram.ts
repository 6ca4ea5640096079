/**
 * A histogram with fixed buckets, as counters keep it: how many values lay at or under each edge and above the one
 * before. The last bucket has no edge.
 */
export type Histogram = number[];

/** Edges in seconds. 10 is one of them: what went out within ten seconds is exact, quantiles are interpolated. */
export const EDGES = [0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 120, 300, 900, 3_600, 21_600] as const;

export const emptyHistogram = (): Histogram => new Array(EDGES.length + 1).fill(0);

/** The bucket of a time in milliseconds. */
export function bucketOf(ms: number): number {
  const at = EDGES.findIndex((edge) => ms <= edge * 1000);
  return at < 0 ? EDGES.length : at;
}

export const addHistograms = (one: Histogram, other: Histogram): Histogram => one.map((n, i) => n + (other[i] ?? 0));

export const countOf = (histogram: Histogram): number => histogram.reduce((sum, n) => sum + n, 0);

/** The share of values at or under an edge, between 0 and 1; null when there are none. */
export function shareWithin(histogram: Histogram, edge: (typeof EDGES)[number]): number | null {
  const all = countOf(histogram);
  return all === 0 ? null : countOf(histogram.slice(0, EDGES.indexOf(edge) + 1)) / all;
}

/**
 * The q-quantile (0 < q <= 1) in seconds, straight within its bucket; null when there are no values. What lies in the
 * last bucket is told as its lower edge: it was at least that long.
 */
export function quantile(histogram: Histogram, q: number): number | null {
  const all = countOf(histogram);
  if (all === 0) return null;
  const rank = q * all;
  let below = 0;
  for (const [i, n] of histogram.entries()) {
    if (n > 0 && below + n >= rank) {
      const from = EDGES[i - 1] ?? 0;
      const to = EDGES[i] ?? from;
      return from + ((rank - below) / n) * (to - from);
    }
    below += n;
  }
  return EDGES.at(-1)!;
}
