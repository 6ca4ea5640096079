/** Who works in a process, so that those with much to do leave room for the others. */
export type Courtesy = {
  /** `who` has work at this moment. */
  worked(who: string): void;
  /** Whether anybody but `who` had work a moment ago. */
  othersWork(who: string): boolean;
  /**
   * While others have work, rests `share` times as long as the `tookMs` that a bite of `who` took; else not at all. At 1
   * several floods side by side still use all of the time, at 2 what is in no hurry takes a third of it.
   */
  rest(who: string, tookMs: number, share: number): Promise<void>;
};

/** So long after their last work others count as working: long enough for the gaps in a steady trickle. */
const CALM_MS = 2_000;
const LONGEST_REST_MS = 1_000;

/**
 * A process has one thread, and its database connections share the same few processors: what a flood takes at a bite is
 * what everybody else waits for. `now` is in milliseconds, of any clock that does not jump.
 */
export function createCourtesy(now: () => number = () => performance.now(), calmMs = CALM_MS): Courtesy {
  const last = new Map<string, number>();
  const courtesy: Courtesy = {
    worked(who) {
      last.set(who, now());
    },
    othersWork(who) {
      const since = now() - calmMs;
      for (const [other, at] of last) if (other !== who && at > since) return true;
      return false;
    },
    async rest(who, tookMs, share) {
      if (!courtesy.othersWork(who)) return;
      const ms = Math.min(LONGEST_REST_MS, tookMs * share);
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
  };
  return courtesy;
}
