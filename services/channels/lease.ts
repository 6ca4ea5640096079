/** A call begins in the first half of a claim only, and ends in the next third: a sixth is left for storing its result. */
const BEGIN_SHARE = 1 / 2;
const CALL_SHARE = 1 / 3;

/** Whether a call may still begin with so much of the claim left; its answer must not come after somebody took over. */
export const mayBegin = (leftMs: number, leaseMs: number): boolean => leftMs >= leaseMs * (1 - BEGIN_SHARE);

/** The longest time of one call, in milliseconds, when each of so many providers may be asked within one claim. */
export const longestCallMs = (leaseMs: number, providers: number, wanted = Infinity): number =>
  Math.min(wanted, Math.floor((leaseMs * CALL_SHARE) / providers));
