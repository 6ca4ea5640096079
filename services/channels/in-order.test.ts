import { describe, expect, it } from '@jest/globals';
import { createInOrder } from './in-order.ts';

/** Work that is under way until it is told to end. */
function controlled(name: string, log: string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const work = async () => {
    log.push(`${name} begins`);
    await promise;
    log.push(`${name} ends`);
    return name;
  };
  return { work, end: resolve, fail: () => reject(new Error(name)) };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('work in order', () => {
  it('begins only when the work before it with the same key has ended', async () => {
    const log: string[] = [];
    const inOrder = createInOrder();
    const [first, second] = [controlled('1', log), controlled('2', log)];
    const done = Promise.all([inOrder('case', first.work), inOrder('case', second.work)]);
    second.end();
    await turn();
    expect(log).toEqual(['1 begins']);
    first.end();
    expect(await done).toEqual(['1', '2']);
    expect(log).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
  });

  it('does not wait for other keys, nor for work without one', async () => {
    const log: string[] = [];
    const inOrder = createInOrder();
    for (const [name, key] of [
      ['1', 'a'],
      ['2', 'b'],
      ['3', null],
      ['4', null],
    ] as const)
      void inOrder(key, controlled(name, log).work);
    await turn();
    expect(log.toSorted()).toEqual(['1 begins', '2 begins', '3 begins', '4 begins']);
  });

  it('goes on after work that failed, whose failure reaches only its own caller', async () => {
    const log: string[] = [];
    const inOrder = createInOrder();
    const [first, second] = [controlled('1', log), controlled('2', log)];
    const [one, two] = [inOrder('case', first.work), inOrder('case', second.work)];
    second.end();
    first.fail();
    await expect(one).rejects.toThrow('1');
    expect(await two).toBe('2');
  });
});
