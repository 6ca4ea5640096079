import type { Sealer } from '../shared/crypto/field.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Sender } from './sender.ts';

/** What webhooks need from outside. */
export type WebhookDeps = {
  ledger: Ledger;
  sealer: Sealer;
  sender: Sender;
  metrics: Metrics;
  log: Logger;
  clock: () => Date;
  random: () => number;
  allowPrivate: boolean;
  /** A process that serves an endpoint and is not heard of for so long has died. */
  leaseMs: number;
  /** Failing for so long without one success suspends an endpoint. */
  suspendAfterMs: number;
  /** Rests between attempts; the schedule of three days when left out. */
  restsMs?: readonly number[];
};
