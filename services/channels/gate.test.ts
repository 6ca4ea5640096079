import { describe, expect, it } from '@jest/globals';
import { createGate } from './gate.ts';

describe('the gate', () => {
  it('lets so many run at a time, the others in order, and goes on after a failure', async () => {
    const gate = createGate(2);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const calls = [0, 1, 2, 3].map((no) =>
      gate.run(async () => {
        started.push(no);
        await new Promise<void>((resolve, reject) => ends.push(no === 0 ? () => reject(new Error('no')) : resolve));
        return no;
      }),
    );
    const results = Promise.allSettled(calls);
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    ends[0]!();
    await expect(calls[0]).rejects.toThrow('no');
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    for (const end of [ends[1]!, ends[2]!]) end();
    await calls[2];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2, 3]);
    ends[3]!();
    expect((await results).map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    let more = 0;
    const never = new Promise<void>(() => {});
    for (const _ of [0, 1, 2]) {
      void gate.run(() => {
        more += 1;
        return never;
      });
    }
    await Promise.resolve();
    expect(more).toBe(2);
  });
});
