import { randomUUID } from 'node:crypto';
import { appendAct } from '../../shared/audit/append.ts';
import { nextItems } from './due.ts';
import { storePlan } from './plan.ts';
import { jobsOf } from './store.ts';
import { PAGE, type ReplayJob, type ReplayTools } from './types.ts';
import { workOf } from './work.ts';

export type Runner = {
  /** One bounded, idempotent step of a job that waits for one: of any, or of the one named. True when there was one. */
  step(only?: string): Promise<boolean>;
};

/** A runner that is silent for so long has crashed: another takes its job over. */
const LEASE_MS = 15_000;
/** Deliveries become due in small lots, so that the pace is even and a stop is felt at once. */
const LOTS_A_SECOND = 4;
const LOOK_EVERY_MS = 1_000;
/** A pause can last for days. */
const LOOK_IDLY_EVERY_MS = 10_000;

/**
 * Does what jobs wait for: makes the set, makes deliveries due at the job's pace, looks what became of them. Any number
 * of processes may run: a lease keeps them apart, and what one does twice, or two do at once, is done once, since every
 * delivery is changed under the condition that it stands as the dry run saw it.
 */
export function createRunner(tools: ReplayTools, { leaseMs = LEASE_MS } = {}): Runner {
  const { ledger, clock } = tools;
  const jobs = jobsOf(ledger);
  const me = randomUUID();
  const leaseUntil = () => new Date(clock().getTime() + leaseMs);
  return {
    async step(only) {
      const job = await takeJob(only);
      if (job?.status === 'planning') await planIt(job);
      else if (job) await goOn(job);
      return job !== null;
    },
  };

  async function takeJob(only?: string): Promise<ReplayJob | null> {
    const now = clock();
    const free = { busy: true, dueAt: { $lte: now }, $or: [{ lease: me }, { leaseUntil: { $lte: now } }] };
    const found = await jobs.findOne({ ...free, ...(only && { _id: only }) }, { sort: { dueAt: 1 } });
    if (!found) return null;
    await jobs.updateOne({ ...free, _id: found._id }, { $set: { lease: me, leaseUntil: leaseUntil() } });
    return jobs.findOne({ _id: found._id, busy: true, lease: me });
  }

  async function planIt(taken: ReplayJob): Promise<void> {
    const job = { ...taken, attempt: taken.attempt + 1 };
    const mine = { _id: job._id, status: 'planning', lease: me } as const;
    await jobs.updateOne(mine, { $set: { attempt: job.attempt } });
    const plan = await workOf(job).makeSet(job, tools, async (soFar) => {
      const { matchedCount } = await jobs.updateOne(mine, { $set: { plan: soFar, leaseUntil: leaseUntil() } });
      return matchedCount === 1;
    });
    if (plan) await storePlan(job, plan, tools);
  }

  /** One lot at most; then, once a second, a look at what became of those before. */
  async function goOn(taken: ReplayJob): Promise<void> {
    const now = clock();
    const lot = taken.status === 'running' && taken.done < taken.plan.send ? await makeLot(taken, now) : null;
    const job = { ...taken, ...lot };
    const through = job.done >= job.plan.send;
    if (!through && lot && now.getTime() - (job.lookedAt?.getTime() ?? 0) < LOOK_EVERY_MS) return save(job, lot);
    const { open, ...seen } = await workOf(job).follow(job, ledger, now);
    const over = !open && (job.status === 'stopped' || (job.status === 'running' && through));
    if (over) return end({ ...job, ...seen });
    const rest = open ? LOOK_EVERY_MS : LOOK_IDLY_EVERY_MS;
    const dueAt = lot && !through ? lot.dueAt : new Date(now.getTime() + rest);
    return save(job, { ...lot, ...seen, lookedAt: now, dueAt });
  }

  async function makeLot(job: ReplayJob, now: Date): Promise<Pick<ReplayJob, 'done' | 'started' | 'dueAt'>> {
    const most = Math.min(PAGE, Math.ceil(job.perSecond / LOTS_A_SECOND));
    const items = await nextItems(job, most, ledger);
    if (items.length === 0) throw new Error(`a page of ${job._id} is missing`);
    const mine = await workOf(job).begin(job, items, tools, now);
    const dueAt = new Date(now.getTime() + (items.length / job.perSecond) * 1_000);
    return { done: job.done + items.length, started: job.started + mine, dueAt };
  }

  // Under the lease: whoever lost it must not put the job back to where it was. The operator's word is not touched.
  async function save({ _id }: ReplayJob, change: Partial<ReplayJob>): Promise<void> {
    await jobs.updateOne({ _id, lease: me }, { $set: { ...change, leaseUntil: leaseUntil() } });
  }

  async function end({ _id, status, confirmed, started, settled, results, done }: ReplayJob): Promise<void> {
    const details = { started, results };
    const reason = confirmed?.because ?? '';
    const actor = { id: 'console', role: 'system' } as const;
    await appendAct(ledger, { actor, act: 'replay_end', targets: [_id], reason, details }, clock());
    const ended = status === 'running' ? { status: 'done' as const, endedAt: clock() } : {};
    await jobs.updateOne(
      { _id, lease: me, status },
      { $set: { ...ended, started, settled, results, done, busy: false, lease: null } },
    );
  }
}
