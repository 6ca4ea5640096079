import type { Place } from './filter.ts';

/** One query of a walk: everything in `[from, to)`, newest first, at most `limit`. */
type Step<T> = (slice: { from: Date; to: Date; limit: number; maxTimeMs: number }) => Promise<T[]>;
export type WalkOptions<T> = {
  step: Step<T>;
  /** Those of exactly this moment with a smaller id, newest first. */
  rest: (place: Place, limit: number) => Promise<T[]>;
  placeOf: (item: T) => Place;
  since: Date;
  until: Date;
  after?: Place;
  limit: number;
  /** How far back the first query looks; `Infinity` for keys that few share. */
  firstMs: number;
  budgetMs: number;
  /** Milliseconds that only go forward. */
  tick?: () => number;
};
/** `complete` false: time ran out; everything after `searchedBackTo` was looked at. `next` is where to go on, if there may be more. */
export type Walked<T> = { items: T[]; next: Place | null; complete: boolean; searchedBackTo: Date };

const EMPTY_GROWS = 4;
const SOME_GROWS = 2;
const SMALLEST_MS = 1_000;

/**
 * Looks back in time, slice by slice, each twice or four times as long as the one before: every server answers a slice
 * from the bounds of an index, also those that cannot give an index's order. A slice that takes too long is cut; when the
 * time is spent the walk stops and says where.
 */
export async function walkBack<T>(options: WalkOptions<T>): Promise<Walked<T>> {
  const { step, rest, placeOf, since, after, limit, budgetMs, tick = () => performance.now() } = options;
  const started = tick();
  const left = () => budgetMs - (tick() - started);
  const items: T[] = after?.id ? await rest(after, limit + 1) : [];
  let to = after ? after.at : options.until;
  let width = options.firstMs;
  while (items.length <= limit && to > since) {
    if (left() <= 0) return { items, next: { at: to, id: '' }, complete: false, searchedBackTo: to };
    const from = new Date(Math.max(since.getTime(), width === Number.POSITIVE_INFINITY ? 0 : to.getTime() - width));
    const wanted = limit + 1 - items.length;
    const found = await inTime(step({ from, to, limit: wanted, maxTimeMs: Math.max(50, Math.ceil(left() / 2)) }));
    if (found === 'too_long') {
      width = Math.max(SMALLEST_MS, Math.min(width, to.getTime() - from.getTime()) / 16);
      continue;
    }
    items.push(...found);
    to = from;
    width *= found.length === 0 ? EMPTY_GROWS : SOME_GROWS;
  }
  const full = items.length > limit;
  const kept = items.slice(0, limit);
  const last = full ? placeOf(kept.at(-1)!) : null;
  return { items: kept, next: last, complete: true, searchedBackTo: last?.at ?? since };
}

/** 50 is MaxTimeMSExpired. */
async function inTime<T>(found: Promise<T[]>): Promise<T[] | 'too_long'> {
  try {
    return await found;
  } catch (error) {
    if ((error as { code?: number }).code === 50) return 'too_long';
    throw error;
  }
}
