/**
 * What is remembered of a provider, for its weight: a moving share of errors, and a moving time from hand-over to
 * receipt. Instants and times are in milliseconds. Pure; every change gives a new value.
 */
export type Standing = {
  errors: number;
  errorsAt: number;
  receiptMs: number | null;
  receiptAt: number;
};

export const newStanding = (): Standing => ({ errors: 0, errorsAt: 0, receiptMs: null, receiptAt: 0 });

/** How much one call, and one receipt, moves the average. */
const ERROR_STEP = 0.1;
const RECEIPT_STEP = 0.2;
/** After so long without news, half of what was held against a provider is forgotten. */
const ERRORS_HALVE_MS = 30_000;
const RECEIPTS_HALVE_MS = 300_000;
/** Even the worst keeps so much of its weight: only traffic shows that it works again. */
const LEAST = 0.02;
/** Differences far below this mean nothing to a reader. */
const RECEIPT_GRACE_MS = 2_000;

export const afterCall = (standing: Standing, error: number, now: number): Standing => {
  const errors = errorsAt(standing, now);
  return { ...standing, errors: errors + ERROR_STEP * (error - errors), errorsAt: now };
};

export const afterReceipt = (standing: Standing, tookMs: number, now: number): Standing => {
  const { receiptMs } = standing;
  const next = receiptMs === null ? tookMs : receiptMs + RECEIPT_STEP * (tookMs - receiptMs);
  return { ...standing, receiptMs: next, receiptAt: now };
};

/** The share of errors, drifting back to none. */
export const errorsAt = ({ errors, errorsAt: at }: Standing, now: number): number =>
  errors * faded(now - at, ERRORS_HALVE_MS);

/**
 * The weights that hold now, in the order given: each base weight, less for errors (squared: half of the calls failing
 * leaves a quarter), less for slow receipts against the fastest; both drift back. A base of 0 stays 0: only when no
 * other can.
 */
export const weightsAt = (members: { base: number; standing: Standing }[], now: number): number[] => {
  const fastest = Math.min(...members.map(({ standing }) => standing.receiptMs ?? Number.POSITIVE_INFINITY));
  return members.map(({ base, standing }) => {
    const honest = (1 - errorsAt(standing, now)) ** 2;
    return base * Math.max(LEAST, honest * speedOf(standing, fastest, now));
  });
};

const speedOf = ({ receiptMs, receiptAt }: Standing, fastest: number, now: number): number => {
  if (receiptMs === null) return 1;
  const speed = (fastest + RECEIPT_GRACE_MS) / (receiptMs + RECEIPT_GRACE_MS);
  return 1 - (1 - speed) * faded(now - receiptAt, RECEIPTS_HALVE_MS);
};

const faded = (ageMs: number, halfMs: number): number => 0.5 ** (Math.max(0, ageMs) / halfMs);
