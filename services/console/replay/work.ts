import { makeDue } from './due.ts';
import { beginLook, type Followed, follow } from './follow.ts';
import { makeLetterSet, putBackItems } from './letters.ts';
import { makeSet, type Renew } from './plan.ts';
import type { ReplayJob, ReplayPlan, ReplayTools, SetItem } from './types.ts';

/** What differs between sending deliveries again and putting dead letters back; the steps of a job are the same. */
export type Work = {
  makeSet(job: ReplayJob, tools: ReplayTools, renew: Renew): Promise<ReplayPlan | null>;
  /** Does some of the set; done again it changes nothing. Gives how many of them are this job's. */
  begin(job: ReplayJob, items: SetItem[], tools: ReplayTools, now: Date): Promise<number>;
  follow(job: ReplayJob, ledger: ReplayTools['ledger'], now: Date): Promise<Followed>;
};

const deliveries: Work = {
  makeSet,
  async begin(job, items, { ledger }, now) {
    await beginLook(job, ledger);
    return makeDue(job, items, ledger, now);
  },
  follow,
};

const letters: Work = {
  makeSet: makeLetterSet,
  begin: putBackItems,
  // What becomes of the message is another event's story: here it is over once it is back in its topic.
  follow: async ({ started }) => ({ results: [], settled: started, open: false }),
};

/** The work that a job is about. */
export const workOf = (job: Pick<ReplayJob, 'letters'>): Work => (job.letters ? letters : deliveries);
