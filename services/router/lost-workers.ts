import { byId } from '../shared/ledger/index.ts';
import type { Attempt, Delivery } from '../shared/ledger/types.ts';
import type { SchedulerDeps } from './deps.ts';

const BATCH = 500;

/** A worker that let its claim run out may have sent or not: the outcome is unknown, and the notice's class decides. */
export async function giveUpLostWorkers({ ledger, metrics, clock }: SchedulerDeps): Promise<number> {
  const now = clock();
  const filter = { status: 'sending', dueAt: { $lte: now } };
  const lost = await ledger.deliveries
    .find(filter as object)
    .sort({ dueAt: 1 })
    .limit(BATCH)
    .select({ attempts: 1 })
    .lean<Pick<Delivery, '_id' | 'attempts'>[]>();
  if (lost.length === 0) return 0;
  const { modifiedCount } = await ledger.deliveries.collection.bulkWrite(
    byId(lost).map(({ _id, attempts }) => ({
      updateOne: {
        filter: { _id, ...filter } as never,
        update: {
          $set: { status: 'unknown', reason: 'unknown_outcome', updatedAt: now },
          $inc: { unknowns: 1 },
          $push: { attempts: lostAttempt(attempts.length + 1, now) as never },
        },
      },
    })),
    { ordered: false },
  );
  metrics.scheduled.inc({ what: 'worker_lost' }, modifiedCount);
  return lost.length;
}

const lostAttempt = (no: number, now: Date): Attempt => ({
  no,
  provider: 'unknown',
  startedAt: now,
  endedAt: now,
  result: 'unknown',
  reason: 'unknown_outcome',
  providerRef: null,
  code: 'worker_lost',
});
