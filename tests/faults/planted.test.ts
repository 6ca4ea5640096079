import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isBroken } from './check.ts';
import { type PhaseOptions, runPhase } from './phase.ts';
import { type Stage, type Stead, startStage } from './stage.ts';

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.stop();
  stage = undefined;
}, 60_000);

const MINUTES = 5 * 60_000;

async function run(stead: Stead, phase: Partial<PhaseOptions>) {
  stage = await startStage({ stead });
  const fixed = { name: 'planted', seed: 1, number: 1, perSecond: 15, faults: [] };
  return runPhase({ ...fixed, seconds: 15, drainSeconds: 30, ...phase }, stage);
}

describe('the checker turns red', () => {
  it(
    'when a channel stores its result before it sends, and dies',
    async () => {
      const file = 'tests/faults/broken/commit-before-send.ts';
      const verdict = await run(
        { channels: file },
        { faults: ['kill'], slots: ['email-1', 'email-2', 'sms'], seconds: 25 },
      );
      expect(isBroken(verdict)).toBe(true);
      expect(verdict.lost).toBeGreaterThan(0);
    },
    MINUTES,
  );

  it(
    'when the router commits before it stores, and dies',
    async () => {
      const file = 'tests/faults/broken/early-commit.ts';
      const verdict = await run({ router: file }, { faults: ['kill'], slots: ['router-1', 'router-2'], seconds: 25 });
      expect(isBroken(verdict)).toBe(true);
      expect(verdict.outcomesMissing).toBeGreaterThan(0);
    },
    MINUTES,
  );

  it(
    'when a channel sends some messages twice',
    async () => {
      const verdict = await run({ channels: 'tests/faults/broken/double-send.ts' }, {});
      expect(isBroken(verdict)).toBe(true);
      expect(verdict).toMatchObject({ lost: 0, duplicateBound: 0 });
      expect(verdict.duplicates).toBeGreaterThan(0);
    },
    MINUTES,
  );
});

describe('a consumer that is stuck', () => {
  it(
    'is noticed and replaced within a minute, and nothing is lost',
    async () => {
      const verdict = await run({ router: 'tests/faults/broken/stuck.ts' }, { seconds: 5, drainSeconds: 80 });
      const begun = Number(readFileSync(join(stage!.folder, 'stuck.mark'), 'utf8'));
      expect(stage!.fleet.left[0]!.at - begun).toBeLessThan(55_000);
      expect(isBroken(verdict)).toBe(false);
      expect(verdict.acknowledged).toBeGreaterThan(0);
    },
    MINUTES,
  );
});
