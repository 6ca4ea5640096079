import type { Ledger } from '../../shared/ledger/index.ts';
import { retryTransient } from '../../shared/ledger/index.ts';
import { REPLAYABLE } from './query.ts';
import { pageId, setPagesOf } from './store.ts';
import { PAGE, type ReplayJob, type SetItem } from './types.ts';

/** The next items of a set, at most `most`, and none beyond the page where they begin. */
export async function nextItems(job: ReplayJob, most: number, ledger: Ledger): Promise<SetItem[]> {
  const page = await setPagesOf(ledger).findOne({ _id: pageId(job, 'send', Math.floor(job.done / PAGE)) });
  const from = job.done % PAGE;
  return page?.items.slice(from, from + most) ?? [];
}

/**
 * Makes deliveries due: the scheduler sends them under every rule of sending. One that moved on since the dry run, or was
 * replayed by somebody else, is left alone, so that two jobs over the same deliveries, or a step that is done twice, send
 * each once. Gives how many of them are this job's.
 */
export async function makeDue(job: ReplayJob, items: SetItem[], ledger: Ledger, now: Date): Promise<number> {
  const { collection } = ledger.deliveries;
  const again = {
    $set: { status: 'deferred', reason: 'retry', dueAt: now, settledAt: null, updatedAt: now, replayJob: job._id },
    $inc: { replays: 1 },
    // What went, or was to go, in one message with others is a message of its own now.
    $unset: { carries: '', carriedBy: '' },
  } as const;
  for (const [replays, same] of Map.groupBy(items, (item) => item.replays)) {
    const ids = same.map(({ id }) => id);
    await retryTransient(() =>
      collection.updateMany(
        { _id: { $in: ids } as never, status: { $in: REPLAYABLE }, replays, expiresAt: { $gt: now } },
        again,
      ),
    );
  }
  // Asked instead of added up: after a crash the step is done again, and changes nothing the second time.
  return collection.countDocuments({ _id: { $in: items.map(({ id }) => id) } as never, replayJob: job._id });
}
