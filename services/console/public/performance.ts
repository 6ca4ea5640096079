import { readFlow } from '../../shared/counters/read.ts';
import { beginOf, stepFrom } from '../../shared/counters/types.ts';
import type { Ledger } from '../../shared/ledger/index.ts';
import { createRecent } from '../overview/recent.ts';
import { type Performance, publish } from './figures.ts';

export type ReadPerformance = () => Promise<Performance>;

/** Whole days only: today would tell, minute by minute, what somebody just did. */
const DAYS = 30;
export const KEEP_SECONDS = 60;

/** The last thirty whole days as they may be published; read at most once a minute, however many ask. */
export function createPerformance(ledger: Pick<Ledger, 'connection'>, clock: () => Date): ReadPerformance {
  const recent = createRecent<Performance>({ clock, keepMs: KEEP_SECONDS * 1000 });
  return () =>
    recent('all', async () => {
      const now = clock();
      const today = beginOf('day', now);
      const days = Array.from({ length: DAYS }, (_, i) => stepFrom('day', today, i - DAYS));
      const rows = await readFlow(ledger, { grain: 'day', from: days[0]!, to: today });
      return publish(rows, days, now);
    });
}
