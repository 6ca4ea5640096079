import { askForPlan, confirmJob } from '../../services/console/replay/jobs.ts';
import { createRunner } from '../../services/console/replay/run.ts';
import { findJob, jobsOf } from '../../services/console/replay/store.ts';
import type { ReplayFilter, ReplayJob, ReplayTools } from '../../services/console/replay/types.ts';

/** Far above what a test has, so that everything is due in one step. */
const RULES = { countFrom: 1_000_000, approvalAbove: 1_000_000, perSecond: 10_000 };

const none = () => {
  throw new Error('this test puts no dead letter back');
};
const NO_LETTERS = { sealer: { seal: none, open: none }, producer: async () => none() };

/** A dry run, made here. Rules of sending are asked only when `tools` can. */
export async function dryRun(filter: ReplayFilter, from: Partial<ReplayTools>): Promise<ReplayJob> {
  const tools = toolsOf(from);
  const { _id } = await askForPlan(filter, 'noor', tools);
  const runner = createRunner(tools);
  for (;;) {
    await runner.step(_id);
    const job = await findJob(tools.ledger, _id);
    if (job.status !== 'planning') return job;
    // The platform of the test runs replays as well, and was faster.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Confirms a job and makes its deliveries due; gives how many it made due. */
export async function startReplay({ _id }: ReplayJob, from: Partial<ReplayTools>): Promise<number> {
  const tools = toolsOf(from);
  await confirmJob(_id, { by: 'noor', because: 'asked for by a test' }, tools);
  const runner = createRunner(tools, { leaseMs: 0 });
  for (;;) {
    const { done, started, plan, status } = await findJob(tools.ledger, _id);
    if (status !== 'running' || done >= plan.send) return started;
    // The clock of a test may stand still, and a job has a pace.
    await jobsOf(tools.ledger).updateOne({ _id }, { $set: { dueAt: new Date(0) } });
    await runner.step(_id);
  }
}

/** Both of them. */
export const replay = async (filter: ReplayFilter, tools: Partial<ReplayTools>): Promise<number> => {
  const job = await dryRun(filter, tools);
  return job.plan.send === 0 ? 0 : startReplay(job, tools);
};

const toolsOf = (tools: Partial<ReplayTools>): ReplayTools => ({
  ...(tools as Pick<ReplayTools, 'ledger' | 'catalogue' | 'clock'>),
  foresee: tools.foresee ?? (async () => new Map()),
  rules: tools.rules ?? RULES,
  letters: tools.letters ?? NO_LETTERS,
});
