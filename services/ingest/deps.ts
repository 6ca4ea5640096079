import type { Catalogue } from '../shared/catalogue.ts';
import type { Blind } from '../shared/crypto/blind.ts';
import type { EventSealer } from '../shared/crypto/event-seal.ts';
import type { Sealer } from '../shared/crypto/field.ts';
import type { Producer } from '../shared/kafka/producer.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Topics } from '../shared/topics.ts';

/** What the front door needs from outside. */
export type IngestDeps = {
  ledger: Ledger;
  producer: Pick<Producer, 'send'>;
  catalogue: Catalogue;
  topics: Topics;
  blind: Blind;
  sealer: Sealer;
  eventSealer: Pick<EventSealer, 'seal'>;
  metrics: Metrics;
  log: Logger;
  now?: () => Date;
  /** How long a publishing request waits for the broker; 10 s when left out. */
  sendTimeoutMs?: number;
  /** A contact that was not confirmed for so long is not counted as a way to its person; 18 months when left out. */
  staleAfterMs?: number;
};
