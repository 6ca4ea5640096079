import type { Receipt } from '../../../contracts/generated/types.ts';
import type { Logger } from '../../shared/log.ts';
import type { Metrics } from '../../shared/metrics.ts';

/** What every way in needs. `publish` resolves once the broker has acknowledged all receipts of one callback. */
export type EvidenceDeps = {
  publish(receipts: Receipt[]): Promise<void>;
  sealer: { seal(plain: string, context: string): string };
  log: Logger;
  metrics?: Pick<Metrics, 'callbacks'>;
  /** Milliseconds since the epoch. */
  now?: () => number;
};
