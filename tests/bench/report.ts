import { cpus, totalmem } from 'node:os';
import { table } from 'table';
import type { Judged, RatioName } from './ratios.ts';

export type Report = {
  machine: { cores: number; processor: string; memoryGib: number; node: string };
  quick: boolean;
  passed: boolean;
  ratios: Record<string, Pick<Judged, 'value' | 'threshold' | 'direction' | 'passed' | 'tries'>>;
  /** Not measured by this run, so nothing is said about them. */
  leftOut: RatioName[];
};

/** What a run came to: passed when all that was measured is, and something was. */
export function reportOf(judged: Judged[], leftOut: RatioName[], quick: boolean): Report {
  const [first] = cpus();
  return {
    machine: {
      cores: cpus().length,
      processor: first?.model ?? 'unknown',
      memoryGib: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    quick,
    passed: judged.length > 0 && judged.every(({ passed }) => passed),
    ratios: Object.fromEntries(
      judged.map(({ name, value, threshold, direction, passed, tries }) => [
        name,
        { value, threshold, direction, passed, tries },
      ]),
    ),
    leftOut,
  };
}

/** The table for people. */
export const tableOf = (judged: Judged[]): string =>
  table([
    ['ratio', 'value', 'wanted', '', 'what'],
    ...judged.map(({ name, value, direction, threshold, passed, says }) => [
      name,
      value === null ? 'none' : value.toFixed(2),
      `${direction} ${threshold}`,
      passed ? 'passed' : 'FAILED',
      says,
    ]),
  ]);

const FULL = 20;

/** A bar each: full as far as the mark is what is wanted, and beyond it what is better than that; cut off at twice. */
export function chartOf(judged: Judged[]): string {
  const width = Math.max(...judged.map(({ name }) => name.length));
  const lines = judged.map(({ name, value, direction, threshold }) => {
    const share = value === null ? 0 : direction === 'at least' ? value / threshold : threshold / value;
    const bar = '█'.repeat(Math.round(Math.min(2, share) * FULL)).padEnd(FULL);
    return `${name.padEnd(width)} ${bar.slice(0, FULL)}|${bar.slice(FULL)} ${Math.round(share * 100)} %`;
  });
  return `${lines.join('\n')}\n`;
}
