import type { LimitFunction } from 'p-limit';
import type { Channel, Language } from '../../contracts/status.ts';
import type { Catalogue } from '../shared/catalogue.ts';
import type { ControlReader } from '../shared/controls/reader.ts';
import type { Counters } from '../shared/counters/record.ts';
import type { Blind } from '../shared/crypto/blind.ts';
import type { Sealer } from '../shared/crypto/field.ts';
import type { Producer } from '../shared/kafka/producer.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Renderer } from '../shared/render/index.ts';
import type { Loaded } from '../shared/sending/load.ts';
import type { Timing } from '../shared/timing.ts';
import type { Topics } from '../shared/topics.ts';
import type { AnswerRules } from './answer.ts';
import type { Provider, SendRequest, SendResult } from './provider.ts';
import type { Result } from './store.ts';

/** What a channel worker needs from outside. */
export type ChannelDeps = {
  channel: Channel;
  ledger: Ledger;
  controls: ControlReader;
  producer: Producer;
  topics: Topics;
  catalogue: Catalogue;
  sealer: Sealer;
  blind: Blind;
  renderer: Renderer;
  provider: Provider;
  simulator: Provider;
  metrics: Metrics;
  /** Counts for those who watch; left out where nobody does. */
  counters?: Counters;
  clock: () => Date;
  random: () => number;
  staleAfterMs: number;
  timing: Pick<Timing, 'leaseMs' | 'unknownGraceMs'>;
  settleMs: AnswerRules['settleMs'];
  /** Sends at once, shared by all batches of a lane. */
  limit: LimitFunction;
  /** How much is prepared at a time; asked before each chunk, and may take its time. */
  bite?(): Promise<{ chunk: number; inFlight: number }>;
  /** Hears of every answer, so that the lane can slow down. */
  answered?(kind: SendResult['kind'], at: Date): void;
  /** True once no further call is to begin, because the process stops. */
  givenUp?(): boolean;
  unsubscribeUrl(subscriberId: string, entity: string, category: string): string;
  /** So many notices that waited for the end of quiet hours go out as one message; 0: none do. */
  digestFrom?: number;
};

/** A claimed delivery and what is to be done with it: send a rendered message, or store a result that is clear already. */
export type Prepared =
  | {
      kind: 'send';
      loaded: Loaded;
      request: SendRequest;
      language: Language;
      segments: number | null;
      /** What a digest tells of besides its own notice. */
      together: Loaded[];
    }
  | { kind: 'done'; result: Result };
