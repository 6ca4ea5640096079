import { describe, expect, it } from '@jest/globals';
import { createBatcher } from './batcher.ts';

const bytesOf = (item: string) => item.length;

describe('batcher', () => {
  it('gathers what comes while a batch travels, in order', async () => {
    const batches: string[][] = [];
    const { add } = createBatcher<string, string>({
      bytesOf,
      run: async (items) => {
        batches.push(items);
        await new Promise((resolve) => setImmediate(resolve));
        return items.map((item) => item.toUpperCase());
      },
    });
    const first = add('a');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const rest = Promise.all([add('b'), add('c')]);
    expect(await first).toBe('A');
    expect(await rest).toEqual(['B', 'C']);
    expect(batches).toEqual([['a'], ['b', 'c']]);
  });

  it.each([
    ['count', { maxItems: 2 }, [2, 2, 1]],
    ['bytes', { maxBytes: 7 }, [2, 2, 1]],
    ['one that is larger than the bytes', { maxBytes: 1 }, [1, 1, 1, 1, 1]],
  ])('limits a batch by %s', async (_name, limits, sizes) => {
    const seen: number[] = [];
    const { add } = createBatcher<string, number>({
      bytesOf,
      ...limits,
      run: async (items) => {
        seen.push(items.length);
        return items.map(() => 0);
      },
    });
    await Promise.all(['aaa', 'bbb', 'ccc', 'ddd', 'eee'].map(add));
    expect(seen).toEqual(sizes);
  });

  it('fails those that waited behind a failed batch, and recovers', async () => {
    let broken = true;
    const { add, size } = createBatcher<string, string>({
      bytesOf,
      maxItems: 1,
      run: async (items) => {
        if (broken) throw new Error('away');
        return items;
      },
    });
    const settled = await Promise.allSettled([add('a'), add('b'), add('c')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(size()).toBe(0);
    broken = false;
    expect(await add('d')).toBe('d');
  });

  it('refuses more than it may hold', async () => {
    const { add } = createBatcher<string, string>({ bytesOf, maxWaiting: 2, run: async (items) => items });
    const settled = await Promise.allSettled([add('a'), add('b'), add('c')]);
    expect(settled[2]).toMatchObject({ status: 'rejected', reason: { code: 'overload', retryable: true } });
    expect(settled[1]?.status).toBe('fulfilled');
  });
});
