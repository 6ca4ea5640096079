import { recordAct } from '../../services/console/acts.ts';
import { countDeadLetters, type DeadLetterFilter, replayWaiting } from '../../services/console/dead-letters.ts';
import { dangerOf } from '../../services/console/replay/danger.ts';
import { askForLetters, confirmJob } from '../../services/console/replay/jobs.ts';
import type { LetterFilter, ReplayJob } from '../../services/console/replay/types.ts';
import { operator } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../exit.ts';
import { openReplay, planHere, replayRules, saidBy } from './replay-tools.ts';

type Named = { id?: string[]; reason?: string; topic?: string };
type ReplayOptions = Named & { confirm?: number; because?: string; dryRun?: boolean; json?: boolean };

/**
 * Puts back what the options find, once its number is confirmed; more than one person may put back become a replay that
 * a second one approves.
 */
export async function replayLetters(context: Context, options: ReplayOptions): Promise<ExitCode> {
  const { confirm, because, dryRun, json, ...named } = options;
  const { id, ...rest } = named;
  if (!id && !rest.reason && !rest.topic) throw new UsageError('name at least one of --id, --reason, --topic');
  if (confirm !== undefined && !because) throw new UsageError('say why, with --because "...": it is kept');
  const ledger = await context.ledger();
  const filter = { ...rest, ids: id };
  const { found, whole: send } = await countDeadLetters({ ledger }, { ...filter, replayed: false });
  const go = confirm !== undefined && !dryRun;
  if (go && confirm !== send) {
    throw new RefusedError(`${confirm} was confirmed, but ${send} would go now; look again`);
  }
  const needsSecond = dangerOf(send, replayRules(context)) === 'approval';
  const job = go && needsSecond ? await askSecond(context, filter, { because: because!, send }) : null;
  const replayed = go && !needsSecond ? await putBack(context, filter, { because: because!, send }) : null;
  const seen = { dryRun: !go, found, empty: found - send, send, replayed };
  context.out(json ? `${JSON.stringify({ ...seen, ...(job && jobJsonOf(job)) })}\n` : textOf(seen, job));
  if (!go) {
    const second = needsSecond ? ' A second person must approve so many.' : '';
    context.err(`Nothing was changed. To do it: --because "..." --confirm ${send}.${second}\n`);
  }
  return EXIT.ok;
}

type Confirmed = { because: string; send: number };

/** Written down first, then lot by lot: no more than one lot is held. */
async function putBack(context: Context, filter: DeadLetterFilter, { because, send }: Confirmed): Promise<number> {
  const ledger = await context.ledger();
  const { clock } = context;
  const details = { ...filter, count: send };
  await recordAct(ledger, { kind: 'dead_letter_replay', by: operator(context.env), because, details }, clock());
  return replayWaiting(filter, send, { ledger, producer: await context.producer(), sealer: context.sealer(), clock });
}

/** The set is fixed and confirmed here; a second person approves it as any large replay. Throws RefusedError. */
async function askSecond(context: Context, filter: LetterFilter, { because, send }: Confirmed): Promise<ReplayJob> {
  const replaying = await openReplay(context);
  const { _id } = await askForLetters(filter, operator(context.env), replaying.tools);
  const planned = await planHere(context, _id, replaying);
  if (planned.plan.send !== send) {
    throw new RefusedError(`${send} was confirmed, but ${planned.plan.send} would go now; look again`);
  }
  return (await confirmJob(_id, { ...saidBy(context, because), count: send }, replaying.tools)).job;
}

const jobJsonOf = ({ _id, status }: ReplayJob) => ({ job: _id, status });

function textOf({ dryRun, found, empty, send, replayed }: Seen, job: ReplayJob | null): string {
  if (job) {
    const next = `notifyme replay approve ${job._id} --because "..."`;
    return `${found} found, ${empty} without content, ${send} wait for a second person:\n  ${next}\n`;
  }
  return `${found} found, ${empty} without content, ${replayed ?? send} ${dryRun ? 'would go back' : 'put back'}\n`;
}

type Seen = { dryRun: boolean; found: number; empty: number; send: number; replayed: number | null };
