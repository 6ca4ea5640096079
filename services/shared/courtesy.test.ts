import { expect, it } from '@jest/globals';
import { createCourtesy } from './courtesy.ts';

it('tells those who work whether others do, until these have been quiet for a while', () => {
  let now = 0;
  const courtesy = createCourtesy(() => now, 2_000);
  expect(courtesy.othersWork('flood')).toBe(false);
  courtesy.worked('flood');
  expect(courtesy.othersWork('flood')).toBe(false);
  courtesy.worked('trickle');
  expect([courtesy.othersWork('flood'), courtesy.othersWork('trickle')]).toEqual([true, true]);
  now = 1_999;
  expect(courtesy.othersWork('flood')).toBe(true);
  now = 2_000;
  expect(courtesy.othersWork('flood')).toBe(false);
});

it('rests only while others work, and never long', async () => {
  const courtesy = createCourtesy(() => 0);
  const took = async (ms: number, share: number) => {
    const began = performance.now();
    await courtesy.rest('flood', ms, share);
    return performance.now() - began;
  };
  courtesy.worked('flood');
  expect(await took(10_000, 2)).toBeLessThan(500);
  courtesy.worked('trickle');
  expect(await took(30, 2)).toBeGreaterThanOrEqual(55);
  expect(await took(100_000, 2)).toBeGreaterThanOrEqual(950);
});
