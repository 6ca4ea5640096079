import type { ReplayRules } from './types.ts';

/** What it takes to start a replay: a click, the number typed, or that and a second person. */
export type Danger = 'confirm' | 'count' | 'approval';

/** Danger in proportion to how many would be sent. Pure. */
export function dangerOf(send: number, { countFrom, approvalAbove }: ReplayRules): Danger {
  if (send > approvalAbove) return 'approval';
  return send >= countFrom ? 'count' : 'confirm';
}

/** A reason for the record: long enough to mean something later. */
export const meansSomething = (because: string): boolean => because.trim().length >= SHORTEST;
const SHORTEST = 8;
export const LONGEST = 500;
