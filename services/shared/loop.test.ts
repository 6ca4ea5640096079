import { describe, expect, it } from '@jest/globals';
import { type LogFields, type Logger, silentLogger as log } from './log.ts';
import { startLoop } from './loop.ts';

const FOR_EVER = 2 ** 30;

/** A loop whose steps answer as they are told; `reached` resolves when that many have begun. */
function steps(answers: (() => Promise<boolean>)[], restMs = FOR_EVER, logger: Logger = log) {
  let begun = 0;
  const waiting = new Map<number, () => void>();
  const step = () => {
    begun += 1;
    waiting.get(begun)?.();
    return answers[begun - 1]?.() ?? Promise.resolve(false);
  };
  const loop = startLoop({ name: 'sample', restMs, step, log: logger });
  const reached = (count: number) =>
    new Promise<void>((resolve) => (begun >= count ? resolve() : waiting.set(count, resolve)));
  return { loop, reached, begun: () => begun };
}

describe('a loop', () => {
  it('goes on at once while there is more, and rests when there is not', async () => {
    const { loop, reached, begun } = steps([async () => true, async () => true, async () => false]);
    await reached(3);
    await new Promise(setImmediate);
    expect(begun()).toBe(3);
    await loop.stop();
  });

  it('stops at once while it rests, and lets a step that is under way end', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const { loop, reached } = steps([() => promise]);
    await reached(1);
    let stopped = false;
    const stopping = loop.stop().then(() => {
      stopped = true;
    });
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    resolve(false);
    await stopping;
  });

  it('goes on after a step that failed, and says which and with what code, not with what words', async () => {
    const told: LogFields[] = [];
    const failing = () => Promise.reject(Object.assign(new Error('for +97336001234'), { code: 'no_luck' }));
    const { loop, reached } = steps([failing, async () => false], 1, {
      ...log,
      error: (fields) => void told.push(fields),
    });
    await reached(2);
    await loop.stop();
    expect(told).toEqual([{ event: 'loop_failed', detail: 'sample', code: 'no_luck', tries: 1 }]);
  });
});
