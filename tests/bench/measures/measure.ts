import type { RatioName } from '../ratios.ts';

/** How large a try is: `quick` fits a workday, the other is what the thresholds are about. */
export type Size = { quick: boolean; notices: number };

/** One measurement file: a try of it gives a number for each of its ratios. */
export type Measure = {
  ratios: RatioName[];
  /** Whether it fits into three minutes together with the others. */
  inQuick: boolean;
  run(size: Size): Promise<{ values: Partial<Record<RatioName, number>>; told: string }>;
};
