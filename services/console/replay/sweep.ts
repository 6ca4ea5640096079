import { allPagesOf, jobsOf, setPagesOf } from './store.ts';
import type { ReplayTools } from './types.ts';

const DAY_MS = 86_400_000;
/** A dry run that nobody confirmed says little after so long. */
const UNCONFIRMED_MS = 7 * DAY_MS;
/** So long the list of what was not sent can be fetched; the job itself, with its counts, stays. */
const KEPT_MS = 90 * DAY_MS;
const AT_ONCE = 20;

/** Stops dry runs that nobody confirmed, and removes the sets of jobs that ended long ago. Gives how many sets went. */
export async function sweepReplays({ ledger, clock }: Pick<ReplayTools, 'ledger' | 'clock'>): Promise<number> {
  const now = clock();
  const before = (ms: number) => ({ $lte: new Date(now.getTime() - ms) });
  await jobsOf(ledger).updateMany(
    { status: 'planned', createdAt: before(UNCONFIRMED_MS) },
    { $set: { status: 'stopped', endedAt: now, busy: false } },
  );
  const old = await jobsOf(ledger)
    .find({ endedAt: before(KEPT_MS), setGone: { $ne: true } }, { projection: { _id: 1 } })
    .limit(AT_ONCE)
    .toArray();
  for (const { _id } of old) {
    await setPagesOf(ledger).deleteMany(allPagesOf(_id));
    await jobsOf(ledger).updateOne({ _id }, { $set: { setGone: true } });
  }
  return old.length;
}
