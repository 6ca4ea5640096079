import { againstBareClient } from './bare-clients.ts';
import { blackHole } from './black-hole.ts';
import { encryption } from './encryption.ts';
import { growth } from './growth.ts';
import { ingest } from './ingest.ts';
import type { Measure } from './measure.ts';
import { registerSize } from './register-size.ts';
import { routerBatch } from './router-batch.ts';
import { tail } from './tail.ts';
import { twoWorkers } from './two-workers.ts';

/** In the order in which they run: what a quick run has comes first. */
export const MEASURES: Measure[] = [
  againstBareClient('email'),
  againstBareClient('sms'),
  ingest,
  routerBatch,
  twoWorkers,
  tail,
  blackHole,
  encryption,
  growth,
  registerSize,
];
