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

  it('lets the next set out when the one before allows it, two at a time, each done after the one before', async () => {
    const story: string[] = [];
    const gates = new Map(['a', 'b', 'c'].map((name) => [name, Promise.withResolvers<void>()]));
    const { add } = createBatcher<string, string>({
      bytesOf,
      maxItems: 1,
      async run([name = ''], { next, before }) {
        story.push(`${name} sets out`);
        next();
        await gates.get(name)!.promise;
        await before;
        story.push(`${name} is done`);
        return [name];
      },
    });
    const all = Promise.all(['a', 'b', 'c'].map(add));
    expect(story).toEqual(['a sets out', 'b sets out']);
    for (const name of ['c', 'b', 'a']) gates.get(name)!.resolve();
    expect(await all).toEqual(['a', 'b', 'c']);
    expect(story.filter((line) => line.endsWith('done'))).toEqual(['a is done', 'b is done', 'c is done']);
    expect(story.indexOf('c sets out')).toBeGreaterThan(story.indexOf('a is done'));
  });

  it('fails with a batch the one that set out behind it, and none that comes later', async () => {
    const broken = Promise.withResolvers<void>();
    const { add, size } = createBatcher<string, string>({
      bytesOf,
      maxItems: 1,
      async run([name = ''], { next, before }) {
        next();
        await before;
        if (name === 'a') await broken.promise;
        return [name];
      },
    });
    const settled = Promise.allSettled([add('a'), add('b')]);
    broken.reject(new Error('away'));
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(size()).toBe(0);
    expect(await add('c')).toBe('c');
  });

  it('lets nobody overtake a batch when the one behind it fails at once', async () => {
    const slow = Promise.withResolvers<void>();
    const story: string[] = [];
    const { add } = createBatcher<string, string>({
      bytesOf,
      maxItems: 1,
      async run([name = ''], { next, before }) {
        next();
        if (name === 'b') throw new Error('not stored');
        await before;
        if (name === 'a') await slow.promise;
        story.push(name);
        return [name];
      },
    });
    const first = add('a');
    await expect(add('b')).rejects.toThrow('not stored');
    const third = add('c');
    await new Promise(setImmediate);
    expect(story).toEqual([]);
    slow.resolve();
    await Promise.all([first, third]);
    expect(story).toEqual(['a', 'c']);
  });

  it('refuses more than it may hold', async () => {
    const { add } = createBatcher<string, string>({ bytesOf, maxWaiting: 2, run: async (items) => items });
    const settled = await Promise.allSettled([add('a'), add('b'), add('c')]);
    expect(settled[2]).toMatchObject({ status: 'rejected', reason: { code: 'overload', retryable: true } });
    expect(settled[1]?.status).toBe('fulfilled');
  });
});
