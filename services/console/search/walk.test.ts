import { describe, expect, it } from '@jest/globals';
import type { Place } from './filter.ts';
import { type WalkOptions, walkBack } from './walk.ts';

type Item = { at: number; id: string };
const END = 100 * 86_400_000;

/** A store of moments, in milliseconds; remembers every slice it was asked for. */
function storeOf(moments: number[], { slow = () => false }: { slow?: (from: Date, to: Date) => boolean } = {}) {
  const items = moments.map((at, n): Item => ({ at, id: `n_${String(n).padStart(3, '0')}` }));
  const newest = (list: Item[], limit: number) =>
    list.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, limit);
  const slices: [number, number][] = [];
  const time = { now: 0 };
  const options: WalkOptions<Item> = {
    step: async ({ from, to, limit, maxTimeMs }) => {
      slices.push([from.getTime(), to.getTime()]);
      if (slow(from, to)) {
        time.now += maxTimeMs;
        throw Object.assign(new Error('timeout'), { code: 50 });
      }
      return newest(
        items.filter(({ at }) => at >= from.getTime() && at < to.getTime()),
        limit,
      );
    },
    rest: async ({ at, id }, limit) =>
      newest(
        items.filter((item) => item.at === at.getTime() && item.id < id),
        limit,
      ),
    placeOf: ({ at, id }) => ({ at: new Date(at), id }),
    ...{ since: new Date(0), until: new Date(END), limit: 10, firstMs: 60_000, budgetMs: 1_000, tick: () => time.now },
  };
  return { items, slices, options };
}

async function allPages(options: WalkOptions<Item>): Promise<Item[]> {
  const seen: Item[] = [];
  let after: Place | undefined;
  for (let page = 0; page < 50; page += 1) {
    const { items, next } = await walkBack({ ...options, after });
    seen.push(...items);
    if (!next) return seen;
    after = next;
  }
  throw new Error('the pages never end');
}

describe('a walk back in time', () => {
  it('shows every item once, newest first, also when a hundred share one moment', async () => {
    const moments = [...Array(100).fill(END - 5), 3, 7, END - 40 * 86_400_000, END - 1];
    const { items, options } = storeOf(moments);
    const seen = await allPages(options);
    expect(seen.map(({ id }) => id)).toEqual(
      items.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map(({ id }) => id),
    );
  });

  it('looks at little where there is much: stops in the slice that fills the page', async () => {
    const { options, slices } = storeOf(Array.from({ length: 5_000 }, (_, n) => END - 1 - n * 1_000));
    const { items, next } = await walkBack(options);
    expect([items.length, next?.id]).toEqual([10, 'n_009']);
    expect(slices).toEqual([[END - 60_000, END]]);
  });

  it('finds the one that is months away in few steps', async () => {
    const { options, slices } = storeOf([1_000]);
    const { items, complete, next } = await walkBack(options);
    expect([items.length, complete, next]).toEqual([1, true, null]);
    expect(slices.length).toBeLessThan(12);
  });

  it('cuts a slice that takes too long, and goes on', async () => {
    const { options, slices } = storeOf([END - 30_000], {
      slow: (from, to) => to.getTime() - from.getTime() > 30 * 86_400_000,
    });
    const { items, complete } = await walkBack({ ...options, budgetMs: 1_000_000 });
    expect([items.length, complete]).toEqual([1, true]);
    expect(slices.length).toBeGreaterThan(12);
  });

  it('stops when the time is spent, says how far it came, and goes on from there without loss', async () => {
    const wall = END - 86_400_000;
    const { options } = storeOf([END - 5, wall - 5, 7], { slow: (from) => from.getTime() < wall });
    const stopped = await walkBack(options);
    expect(stopped).toMatchObject({ complete: false, items: [{ id: 'n_000' }] });
    expect(stopped.searchedBackTo.getTime()).toBeGreaterThanOrEqual(wall);
    expect(stopped.next).toEqual({ at: stopped.searchedBackTo, id: '' });
    const { options: quick } = storeOf([END - 5, wall - 5, 7]);
    const rest = await walkBack({ ...quick, after: stopped.next! });
    expect(rest.items.map(({ id }) => id)).toEqual(['n_001', 'n_002']);
  });

  it('keeps to the time asked for, its beginning included and its end not', async () => {
    const { options } = storeOf([1_000, 2_000, 3_000]);
    const { items } = await walkBack({ ...options, since: new Date(1_000), until: new Date(3_000) });
    expect(items.map(({ at }) => at)).toEqual([2_000, 1_000]);
  });
});
