import type { Catalogue } from '../shared/catalogue.ts';
import type { Counters } from '../shared/counters/record.ts';
import type { Blind } from '../shared/crypto/blind.ts';
import type { EventSealer } from '../shared/crypto/event-seal.ts';
import type { Sealer } from '../shared/crypto/field.ts';
import type { Kafka } from '../shared/kafka/connect.ts';
import type { Producer } from '../shared/kafka/producer.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Timing } from '../shared/timing.ts';
import type { Topics } from '../shared/topics.ts';

/** What the router needs from outside. */
export type RouterDeps = {
  ledger: Ledger;
  producer: Producer;
  topics: Topics;
  catalogue: Catalogue;
  eventSealer: EventSealer;
  sealer: Sealer;
  blind: Blind;
  metrics: Metrics;
  /** Counts for those who watch; left out where nobody does. */
  counters?: Counters;
  clock: () => Date;
  staleAfterMs: number;
  sealedOnly: boolean;
  timing: Pick<Timing, 'queuePatienceMs'>;
  /** So many notices that waited for the end of quiet hours go out as one message; 0: none do. */
  digestFrom?: number;
};

/** What the scheduler needs of it. */
export type SchedulerDeps = Pick<RouterDeps, 'ledger' | 'producer' | 'topics' | 'metrics' | 'clock' | 'timing'>;

/** What a router that runs by itself needs besides. */
export type RouterOptions = RouterDeps & {
  kafka: Kafka;
  log: Logger;
  prefix: string;
  schedulerRestMs: number;
  /** Deliveries that one ended pause lets go in a second. */
  releasePerSecond: number;
  timing: Pick<Timing, 'sessionTimeoutMs'>;
  onCrash(error: Error): void;
};
