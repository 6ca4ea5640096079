import type { Router } from 'express';
import { createIngestApi } from './api.ts';
import type { IngestDeps } from './deps.ts';

export type { IngestDeps } from './deps.ts';

/** The front door. It keeps no state of its own: what it accepted is in the ledger and in Kafka before it answers. */
export function createIngest(deps: IngestDeps): { router: Router } {
  return { router: createIngestApi(deps) };
}
