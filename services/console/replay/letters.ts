import { LOT, letterPages, lettersIn, replayDeadLetters } from '../dead-letters.ts';
import { count, emptyPlan } from './judge.ts';
import { createPages, type Renew } from './plan.ts';
import { allPagesOf, setPagesOf } from './store.ts';
import { PAGE, type ReplayJob, type ReplayPlan, type ReplayTools, type SetItem } from './types.ts';

const SAMPLE = 5;

/**
 * The dry run over dead letters: the ids of those that nobody has put back go into pages of the ledger. Nothing else is
 * changed, and no content is read. Gives the plan, or null when somebody else took the job.
 */
export async function makeLetterSet(
  job: ReplayJob,
  { ledger }: Pick<ReplayTools, 'ledger'>,
  renew: Renew,
): Promise<ReplayPlan | null> {
  await setPagesOf(ledger).deleteMany(allPagesOf(job._id));
  const plan = emptyPlan();
  const pages = createPages(job, ledger);
  for await (const page of letterPages({ ...job.letters, replayed: false }, { ledger, before: job.at, size: PAGE })) {
    for (const { _id: id, reason, isEmpty } of page) {
      plan.found++;
      count(plan.byReason, reason);
      if (isEmpty) count(plan.refused, 'no_content');
      else plan.send++;
      if (!isEmpty && plan.sample.length < SAMPLE) plan.sample.push(id);
      pages.add({ id, person: '', replays: 0 }, isEmpty ? 'no_content' : null);
    }
    await pages.flush(false);
    if (!(await renew(plan))) return null;
  }
  await pages.flush(true);
  return plan;
}

/**
 * Puts letters of the set back. One that somebody else put back meanwhile, or that no key opens any more, is left alone.
 * Gives how many of them are this job's.
 */
export async function putBackItems(
  job: ReplayJob,
  items: SetItem[],
  { ledger, clock, letters: { sealer, producer } }: ReplayTools,
): Promise<number> {
  const ids = items.map(({ id }) => id);
  for (let at = 0; at < ids.length; at += LOT) {
    const open = await lettersIn(ids.slice(at, at + LOT), ledger);
    const tools = { ledger, sealer, clock, producer: await producer() };
    await replayDeadLetters(open, tools, job._id);
  }
  // Asked instead of added up: after a crash the step is done again.
  return ledger.deadLetters.collection.countDocuments({ _id: { $in: ids } as never, replayJob: job._id });
}
