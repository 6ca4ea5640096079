import type { Settings } from './settings.ts';

/** How patient the platform is with itself, in milliseconds. */
export type Timing = {
  /** From claiming a delivery to storing its result; after it the worker counts as lost. */
  leaseMs: number;
  /** How long a late receipt may still settle an outcome that nobody knows. */
  unknownGraceMs: number;
  /** How long a published delivery may stay unclaimed before its message counts as lost. */
  queuePatienceMs: number;
  /** How long a stored outcome may stay untold before its teller counts as lost. */
  untoldAfterMs: number;
  /** How long a consumer may be silent before its partitions go to another. */
  sessionTimeoutMs: number;
};

type Named =
  | 'LEASE_SECONDS'
  | 'UNKNOWN_GRACE_SECONDS'
  | 'QUEUE_PATIENCE_SECONDS'
  | 'UNTOLD_AFTER_SECONDS'
  | 'KAFKA_SESSION_SECONDS';

/** The settings that tune it, in milliseconds. */
export const timingOf = (settings: Pick<Settings, Named>): Timing => ({
  leaseMs: settings.LEASE_SECONDS * 1000,
  unknownGraceMs: settings.UNKNOWN_GRACE_SECONDS * 1000,
  queuePatienceMs: settings.QUEUE_PATIENCE_SECONDS * 1000,
  untoldAfterMs: settings.UNTOLD_AFTER_SECONDS * 1000,
  sessionTimeoutMs: settings.KAFKA_SESSION_SECONDS * 1000,
});
