import { type Ledger, WHOLE } from '../../shared/ledger/index.ts';
import { looksOf, pageId, pagesOfSet, setPagesOf } from './store.ts';
import { PAGE, type PageLook, type ReplayJob, type ReplayResult } from './types.ts';

/** Looked at in one step: the database is not to be kept busy by counting. */
const PAGES_A_STEP = 4;

export type Followed = { results: ReplayResult[]; settled: number; open: boolean };

/** Before the first delivery of a page is made due: what becomes of it is to be followed. */
export async function beginLook(job: ReplayJob, ledger: Ledger): Promise<void> {
  const _id = pageId(job, 'look', Math.floor(job.done / PAGE));
  const $setOnInsert = { settled: false, results: [], lookedAt: null };
  await looksOf(ledger).updateOne({ _id }, { $setOnInsert }, { upsert: true });
}

/**
 * Looks what became of the deliveries that the job made due, page by page, those not looked at for longest first. A page
 * is settled, and never looked at again, when each of its deliveries has an end, a provider, or waits for the end of
 * quiet hours.
 */
export async function follow(job: ReplayJob, ledger: Ledger, now: Date): Promise<Followed> {
  const open = await looksOf(ledger)
    .find({ ...pagesOfSet(job, 'look'), settled: false })
    .sort({ lookedAt: 1 })
    .limit(PAGES_A_STEP)
    .toArray();
  for (const look of open) {
    const change = { ...(await lookAt(job, look, ledger)), lookedAt: now };
    await looksOf(ledger).updateOne({ _id: look._id }, { $set: change });
  }
  return sumUp(job, ledger);
}

async function lookAt(
  job: ReplayJob,
  { _id }: PageLook,
  ledger: Ledger,
): Promise<Pick<PageLook, 'results' | 'settled'>> {
  const number = Number(_id.split('/').at(-1));
  const page = await setPagesOf(ledger).findOne({ _id: pageId(job, 'send', number) });
  const ids = page?.items.map(({ id }) => id) ?? [];
  const groups = await ledger.deliveries.collection
    .aggregate<{ _id: Pick<ReplayResult, 'status' | 'reason'>; count: number }>([
      { $match: { _id: { $in: ids }, replayJob: job._id } },
      { $group: { _id: { status: '$status', reason: '$reason' }, count: { $sum: 1 } } },
    ])
    .toArray();
  const results = groups.map(({ _id: { status, reason = null }, count }) => ({ status, reason, count }));
  const whole = number * PAGE + ids.length <= job.done || job.status === 'stopped';
  return { results, settled: whole && !results.some(isOpen) };
}

async function sumUp(job: ReplayJob, ledger: Ledger): Promise<Followed> {
  const looks = await looksOf(ledger).find(pagesOfSet(job, 'look')).batchSize(WHOLE).toArray();
  const sums = new Map<string, ReplayResult>();
  for (const result of looks.flatMap(({ results }) => results)) {
    const key = `${result.status} ${result.reason}`;
    sums.set(key, { ...result, count: result.count + (sums.get(key)?.count ?? 0) });
  }
  const results = [...sums.values()].sort((a, b) => b.count - a.count);
  const settled = results.filter((result) => !isOpen(result)).reduce((sum, { count }) => sum + count, 0);
  return { results, settled, open: looks.some((look) => !look.settled) };
}

/** On its way, or being tried again. */
const isOpen = ({ status, reason }: ReplayResult): boolean =>
  status === 'queued' || status === 'sending' || (status === 'deferred' && reason !== 'quiet_hours');
