import type { Ledger } from '../../shared/ledger/index.ts';
import type { Delivery } from '../../shared/ledger/types.ts';
import { emptyPlan, judge } from './judge.ts';
import { pagesOf } from './query.ts';
import { allPagesOf, jobsOf, pageId, pagesOfSet, refusedPagesOf, setPagesOf } from './store.ts';
import { PAGE, type RefusedPage, type ReplayJob, type ReplayPlan, type ReplayTools, type SetItem } from './types.ts';

/** Says that the maker of the set is still there, and how far it is; false when the job is no longer its own. */
export type Renew = (plan: ReplayPlan) => Promise<boolean>;

export type Pages = {
  add(item: SetItem, refusal: RefusedPage['items'][number]['reason'] | null): void;
  flush(all: boolean): Promise<void>;
};

/**
 * The dry run: what the filter finds goes into pages of the ledger, so that the set is fixed and this process holds no
 * more than a few pages of it. Nothing else is changed. Gives the plan, or null when somebody else took the job.
 */
export async function makeSet(job: ReplayJob, tools: ReplayTools, renew: Renew): Promise<ReplayPlan | null> {
  const { ledger, catalogue } = tools;
  await setPagesOf(ledger).deleteMany(allPagesOf(job._id));
  const plan = emptyPlan();
  const pages = createPages(job, ledger);
  const take = async (deliveries: Delivery[], asked: ReturnType<ReplayTools['foresee']>) => {
    const foreseen = await asked;
    for (const delivery of deliveries) {
      const word = foreseen.get(delivery._id) ?? { kind: 'send' as const };
      const { _id: id, subscriberId: person, replays } = delivery;
      pages.add({ id, person, replays }, judge(plan, delivery, word, { catalogue, at: job.at }));
    }
    await pages.flush(false);
    return renew(plan);
  };
  // The rules are asked about one page while the next is read.
  let before: Promise<boolean> = Promise.resolve(true);
  for await (const page of pagesOf(job.filter, job.at, ledger)) {
    const asked = tools.foresee(page, job.at);
    asked.catch(() => {}); // awaited below
    if (!(await before)) return null;
    before = take(page, asked);
    before.catch(() => {}); // awaited above, or below
  }
  if (!(await before)) return null;
  await pages.flush(true);
  plan.people = await countPeople(job, tools);
  return plan;
}

/** The pages of a set, stored as they fill. */
export function createPages(job: ReplayJob, ledger: Ledger): Pages {
  const send: SetItem[] = [];
  const refused: RefusedPage['items'] = [];
  const made = { send: 0, refused: 0 };
  return {
    add(item, reason) {
      if (reason === null) send.push(item);
      else refused.push({ id: item.id, reason });
    },
    async flush(all) {
      while (send.length >= PAGE || (all && send.length > 0)) {
        const _id = pageId(job, 'send', made.send++);
        const items = send.splice(0, PAGE).sort((a, b) => (a.id < b.id ? -1 : 1));
        await setPagesOf(ledger).insertOne({ _id, items });
      }
      while (refused.length >= PAGE || (all && refused.length > 0)) {
        const _id = pageId(job, 'refused', made.refused++);
        await refusedPagesOf(ledger).insertOne({ _id, items: refused.splice(0, PAGE) });
      }
    },
  };
}

/** The database counts, so that no list of people is held here. */
async function countPeople(job: ReplayJob, { ledger }: ReplayTools): Promise<number> {
  const [counted] = await setPagesOf(ledger)
    .aggregate<{ people: number }>([
      { $match: pagesOfSet(job, 'send') },
      { $unwind: '$items' },
      { $group: { _id: '$items.person' } },
      { $count: 'people' },
    ])
    .toArray();
  return counted?.people ?? 0;
}

/** Stores the finished plan, if the job is still being planned by this attempt. */
export async function storePlan(job: ReplayJob, plan: ReplayPlan, { ledger, clock }: ReplayTools): Promise<void> {
  const now = clock();
  await jobsOf(ledger).updateOne(
    { _id: job._id, status: 'planning', attempt: job.attempt },
    { $set: { plan, status: 'planned', busy: false, lease: null, leaseUntil: now, dueAt: now } },
  );
}
