import { recordAct } from '../acts.ts';
import { dangerOf, LONGEST, meansSomething } from './danger.ts';
import { ReplayError } from './errors.ts';
import { emptyPlan } from './judge.ts';
import { checkFilter } from './query.ts';
import { findJob, jobsOf, newJobId } from './store.ts';
import {
  FASTEST,
  type LetterFilter,
  type ReplayFilter,
  type ReplayJob,
  type ReplayStatus,
  type ReplayTools,
} from './types.ts';

type Tools = Pick<ReplayTools, 'ledger' | 'clock' | 'rules'>;
/** Who asks for a step, and why. */
export type Says = { by: string; because: string };
/** `changed` is false when there was nothing to do any more: the step was done before, or somebody else was faster. */
export type Step = { changed: boolean; job: ReplayJob };

/** Asks for a dry run: a runner makes the set. Throws ReplayError `empty_filter`. */
export async function askForPlan(filter: ReplayFilter, by: string, tools: Tools): Promise<ReplayJob> {
  checkFilter(filter);
  return plan({ filter: told(filter) }, by, tools);
}

/** The same over dead letters that nobody has put back. Throws ReplayError `empty_filter`. */
export async function askForLetters(letters: LetterFilter, by: string, tools: Tools): Promise<ReplayJob> {
  checkFilter(letters);
  return plan({ filter: {}, letters: told(letters) }, by, tools);
}

async function plan(about: Pick<ReplayJob, 'filter' | 'letters'>, by: string, tools: Tools): Promise<ReplayJob> {
  const now = tools.clock();
  const job: ReplayJob = {
    ...{ _id: newJobId(), ...about, status: 'planning', at: now, plan: emptyPlan(), attempt: 0 },
    ...{ perSecond: tools.rules.perSecond, createdBy: by, confirmed: null, approved: null, changed: null },
    ...{ done: 0, started: 0, settled: 0, results: [], lookedAt: null, endedAt: null },
    ...{ busy: true, dueAt: now, lease: null, leaseUntil: now, createdAt: now },
  };
  const { filter, letters } = about;
  const counted = (one: { ids?: string[] }) => ({ ...one, ids: one.ids?.length });
  const details = { id: job._id, ...(letters ? { letters: counted(letters) } : { filter: counted(filter) }) };
  await recordAct(tools.ledger, { kind: 'replay_dry_run', by, because: '', details }, now);
  await jobsOf(tools.ledger).insertOne(job);
  return job;
}

export type Confirmation = Says & { count?: number; perSecond?: number };

/**
 * Starts a job, or puts it before a second person when it is large. Throws ReplayError: `no_reason_given`,
 * `nothing_to_send`, `count_differs` (the number was not typed, or is another), `wrong_state` (still being planned).
 */
export async function confirmJob(id: string, confirmation: Confirmation, tools: Tools): Promise<Step> {
  const { by, because, count, perSecond = tools.rules.perSecond } = confirmation;
  const job = await findJob(tools.ledger, id);
  if (job.status === 'planning') throw new ReplayError('wrong_state', { status: job.status });
  if (job.status !== 'planned') return { changed: false, job };
  const { send } = job.plan;
  const danger = dangerOf(send, tools.rules);
  if (send === 0) throw new ReplayError('nothing_to_send');
  if ((danger !== 'confirm' || count !== undefined) && count !== send) throw new ReplayError('count_differs', { send });
  const confirmed = wordOf({ by, because }, tools);
  const waits = danger === 'approval';
  const pace = Math.min(FASTEST, Math.max(1, perSecond));
  const details = { id, send, refused: job.plan.refused, perSecond: pace, waitsForApproval: waits };
  await recordAct(tools.ledger, { kind: 'replay', by, because, details }, confirmed.at);
  const change = { status: waits ? ('awaiting_approval' as const) : ('running' as const), confirmed, perSecond: pace };
  return move(id, ['planned'], { ...change, busy: !waits, dueAt: confirmed.at }, tools);
}

/** The second person's yes. Throws ReplayError `same_person` for who made the set or confirmed it. */
export async function approveJob(id: string, says: Says, tools: Tools): Promise<Step> {
  const job = await findJob(tools.ledger, id);
  if (job.status !== 'awaiting_approval') return { changed: false, job };
  if (says.by === job.confirmed?.by || says.by === job.createdBy) throw new ReplayError('same_person');
  const approved = wordOf(says, tools);
  await recordAct(tools.ledger, { kind: 'replay_approve', ...says, details: { id, send: job.plan.send } }, approved.at);
  return move(id, ['awaiting_approval'], { status: 'running', approved, busy: true, dueAt: approved.at }, tools);
}

/** No further delivery is made due until it is resumed; those that are due go out. */
export const pauseJob = (id: string, says: Says, tools: Tools): Promise<Step> =>
  steer(id, says, tools, { kind: 'replay_pause', from: ['running'], to: 'paused' });

export const resumeJob = (id: string, says: Says, tools: Tools): Promise<Step> =>
  steer(id, says, tools, { kind: 'replay_resume', from: ['paused'], to: 'running' });

/** For good: what was not made due yet stays as it is. Also how an approval is refused, and a dry run thrown away. */
export const stopJob = (id: string, says: Says, tools: Tools): Promise<Step> =>
  steer(id, says, tools, { kind: 'replay_stop', from: STOPPABLE, to: 'stopped' });

export const STOPPABLE: ReplayStatus[] = ['planning', 'planned', 'awaiting_approval', 'running', 'paused'];

type Steering = { kind: 'replay_pause' | 'replay_resume' | 'replay_stop'; from: ReplayStatus[]; to: ReplayStatus };

async function steer(id: string, says: Says, tools: Tools, { kind, from, to }: Steering): Promise<Step> {
  const job = await findJob(tools.ledger, id);
  if (!from.includes(job.status)) return { changed: false, job };
  const changed = wordOf(says, tools);
  const { done, started } = job;
  await recordAct(tools.ledger, { kind, ...says, details: { id, done, started } }, changed.at);
  const stops = to === 'stopped' && { endedAt: changed.at, busy: job.done > 0 || job.status === 'running' };
  return move(id, from, { status: to, changed, dueAt: changed.at, ...stops }, tools);
}

/** The state is the condition: of two who press at once, one does it. */
async function move(id: string, from: ReplayStatus[], change: Partial<ReplayJob>, { ledger }: Tools): Promise<Step> {
  const { modifiedCount } = await jobsOf(ledger).updateOne({ _id: id, status: { $in: from } }, { $set: change });
  return { changed: modifiedCount === 1, job: await findJob(ledger, id) };
}

function wordOf({ by, because }: Says, { clock }: Tools) {
  if (!meansSomething(because)) throw new ReplayError('no_reason_given');
  return { by, because: because.trim().slice(0, LONGEST), at: clock() };
}

const told = <T extends object>(filter: T): T =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as T;
