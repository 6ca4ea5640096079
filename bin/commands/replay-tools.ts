import { createForesee } from '../../services/console/replay/foresee.ts';
import { createRunner, type Runner } from '../../services/console/replay/run.ts';
import { findJob, isJobId } from '../../services/console/replay/store.ts';
import type { ReplayJob, ReplayRules, ReplayTools } from '../../services/console/replay/types.ts';
import { providersOf } from '../../services/shared/controls/providers.ts';
import { monthsMs } from '../../services/shared/policy/contacts.ts';
import { operator } from '../arguments.ts';
import type { Context } from '../context.ts';
import { RefusedError } from '../exit.ts';
import { progressLine } from '../io.ts';

export type Replaying = {
  tools: ReplayTools;
  runner: Runner;
  /** BHD of one SMS segment, or undefined where none is set. */
  price: number | undefined;
  /** Throws RefusedError. */
  find(id: string): Promise<ReplayJob>;
};

const POLL_MS = 250;

/** What every step of a replay needs, over the context's ledger and settings. */
export async function openReplay(context: Context): Promise<Replaying> {
  const ledger = await context.ledger();
  const catalogue = await context.catalogue();
  const settings = context.settings();
  const staleAfterMs = monthsMs(settings.CONTACT_STALE_MONTHS);
  const sealer = context.sealer();
  const providers = providersOf(settings);
  const foresee = createForesee({ ledger, catalogue, staleAfterMs, sealer, blind: context.blind(), providers });
  const rules = replayRules(context);
  const tools = {
    ledger,
    catalogue,
    clock: context.clock,
    foresee,
    rules,
    letters: { sealer, producer: context.producer },
  };
  const price = settings.SMS_SEGMENT_PRICE === '' ? undefined : Number(settings.SMS_SEGMENT_PRICE);
  const find = async (id: string) => {
    const job = isJobId(id) ? await findJob(ledger, id).catch(() => null) : null;
    if (!job) throw new RefusedError(`there is no replay ${id}`);
    return job;
  };
  return { tools, runner: createRunner(tools), price, find };
}

/** Sizes from which more than a click is asked for, and the pace. */
export function replayRules(context: Context): ReplayRules {
  const { REPLAY_COUNT_FROM, REPLAY_APPROVAL_ABOVE, REPLAY_PER_SECOND } = context.settings();
  return { countFrom: REPLAY_COUNT_FROM, approvalAbove: REPLAY_APPROVAL_ABOVE, perSecond: REPLAY_PER_SECOND };
}

/** Makes the set of a dry run here, so that it needs no other process. */
export async function planHere(context: Context, id: string, { runner, find }: Replaying): Promise<ReplayJob> {
  const looking = progressLine(context, 'looked at');
  for (;;) {
    const stepped = await runner.step(id);
    const job = await find(id);
    looking.at(job.plan.found);
    if (job.status === 'planning' && !stepped) await new Promise((resolve) => setTimeout(resolve, 100));
    if (job.status === 'planning') continue;
    looking.end();
    return job;
  }
}

export const saidBy = (context: Context, because: string) => ({ by: operator(context.env), because });

/**
 * Stays until a job ends or waits for somebody, and says on stderr how far it is. Helps with the work when no other
 * process does; stopping to watch stops nothing, since the console goes on.
 */
export async function watch(
  context: Pick<Context, 'err' | 'watched'>,
  { _id }: Pick<ReplayJob, '_id'>,
  { runner, find }: Pick<Replaying, 'runner' | 'find'>,
): Promise<ReplayJob> {
  const due = progressLine(context, 'made due');
  const ended = progressLine(context, 'have their end or a provider');
  for (let isThrough = false; ; ) {
    const stepped = await runner.step(_id);
    const job = await find(_id);
    if (!isThrough) due.at(job.done);
    if (!isThrough && job.done >= job.plan.send) due.end();
    isThrough ||= job.done >= job.plan.send;
    if (isThrough) ended.at(job.settled);
    if (!job.busy || job.status === 'paused') {
      (isThrough ? ended : due).end(job.status);
      return job;
    }
    if (!stepped) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
