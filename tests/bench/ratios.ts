/** One promise about speed: what is measured, and how much it has to be. */
export type Ratio = {
  name: string;
  /** What is divided by what, in a few words. */
  says: string;
  direction: 'at least' | 'at most';
  threshold: number;
};

export type Judged = Ratio & {
  /** The median of the tries; null when there is none. */
  value: number | null;
  tries: number[];
  passed: boolean;
};

/** Everything that `npm run bench` holds the platform to. A number that is not reached stays here, and stays red. */
export const RATIOS = [
  atLeast('email-rate', 0.7, 'emails handed over and stored a second, against a bare nodemailer loop'),
  atLeast('sms-rate', 0.7, 'texts handed over and stored a second, against a bare SNS client loop'),
  atMost('email-cpu', 1.5, 'CPU of all processes an email, against that of the bare loop'),
  atMost('sms-cpu', 1.5, 'CPU of all processes a text, against that of the bare loop'),
  atLeast('ingest-rate', 0.6, 'events acknowledged a second, against a bare express and kafkajs handler'),
  atLeast('ingest-batch', 8, 'events acknowledged a second in batches of 100, against one a request'),
  atLeast('two-workers', 1.9, 'two channel workers against one, the relay answering in 100 ms'),
  atLeast('black-hole', 0.95, 'emails a second while no text is answered, against both answered'),
  atMost('tail', 5, 'p99 against p50 from event to hand-off, at half of full load'),
  atLeast('growth', 0.95, 'rate over 60,000 notices against 6,000'),
  atMost('memory-flat', 1.1, 'memory of the process that grew most: last fifth of the long run against second fifth'),
  atMost('memory-mb', 300, 'largest memory of any process over the long run, in MB'),
  atLeast('router-batch', 5, 'events routed a second in batches, against one look-up an event'),
  atLeast('register-size', 0.9, 'rate with 1,600,000 registered people against 16,000'),
  atLeast('encryption', 0.85, 'rate with encryption on against off'),
] as const satisfies Ratio[];

export type RatioName = (typeof RATIOS)[number]['name'];

/** Judges the median of the tries. A missing number, or one that is none, fails. */
export function judge(ratio: Ratio, tries: number[]): Judged {
  const value = median(tries);
  const passed =
    value !== null && (ratio.direction === 'at least' ? value >= ratio.threshold : value <= ratio.threshold);
  return { ...ratio, value, tries, passed };
}

/** The middle one, or the mean of the two in the middle; null when there is none or one is no number. */
export function median(tries: number[]): number | null {
  if (tries.length === 0 || !tries.every(Number.isFinite)) return null;
  const sorted = tries.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function atLeast<N extends string>(name: N, threshold: number, says: string) {
  return { name, says, direction: 'at least' as const, threshold };
}

function atMost<N extends string>(name: N, threshold: number, says: string) {
  return { name, says, direction: 'at most' as const, threshold };
}
