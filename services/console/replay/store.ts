import { randomBytes } from 'node:crypto';
import type { Ledger } from '../../shared/ledger/index.ts';
import { ReplayError } from './errors.ts';
import type { PageLook, RefusedPage, ReplayJob, SetPage } from './types.ts';

type Connected = Pick<Ledger, 'connection'>;

export const jobsOf = ({ connection }: Connected) => connection.collection<ReplayJob>('replay_jobs');
export const setPagesOf = ({ connection }: Connected) => connection.collection<SetPage>('replay_items');
export const refusedPagesOf = ({ connection }: Connected) => connection.collection<RefusedPage>('replay_items');

export const newJobId = (): string => `j_${randomBytes(16).toString('hex')}`;
export const isJobId = (text: string): boolean => /^j_[0-9a-f]{32}$/.test(text);

export const looksOf = ({ connection }: Connected) => connection.collection<PageLook>('replay_items');

type Place = Pick<ReplayJob, '_id' | 'attempt'>;
type Kind = 'send' | 'refused' | 'look';

export const pageId = ({ _id, attempt }: Place, kind: Kind, number: number): string =>
  `${_id}/${attempt}/${kind}/${String(number).padStart(7, '0')}`;

/** Pages of a set in their order, by the primary key: `0` is the character after `/`. */
export const pagesOfSet = ({ _id, attempt }: Place, kind: Kind) => ({
  _id: { $gte: `${_id}/${attempt}/${kind}/`, $lt: `${_id}/${attempt}/${kind}0` },
});

/** All pages of a job, of every attempt. */
export const allPagesOf = (jobId: string) => ({ _id: { $gte: `${jobId}/`, $lt: `${jobId}0` } });

/** Makes sure of the index that runners look for work by. */
export async function ensureReplayIndexes(ledger: Connected): Promise<void> {
  await jobsOf(ledger).createIndex({ busy: 1, dueAt: 1 }, { name: 'replay_due' });
}

/** Throws ReplayError `unknown_job`. */
export async function findJob(ledger: Connected, id: string): Promise<ReplayJob> {
  const job = isJobId(id) ? await jobsOf(ledger).findOne({ _id: { $eq: id } }) : null;
  if (!job) throw new ReplayError('unknown_job');
  return job;
}

/** Newest first. */
export const listJobs = (ledger: Connected, limit = 50): Promise<ReplayJob[]> =>
  jobsOf(ledger).find().sort({ createdAt: -1 }).limit(limit).toArray();
