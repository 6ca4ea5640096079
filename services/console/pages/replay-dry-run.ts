import { findJob } from '../replay/store.ts';
import type { ReplayTools } from '../replay/types.ts';

/** Most dry runs are over so soon that nobody needs to see how they go. */
const PATIENCE_MS = 3_000;
const POLL_MS = 100;

/** Waits a moment for a dry run to end; its page shows how far it is when it takes longer. */
export async function untilPlanned(id: string, { ledger }: Pick<ReplayTools, 'ledger'>): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && (await findJob(ledger, id)).status === 'planning') {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
