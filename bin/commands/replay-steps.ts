import { type Command, Option } from 'commander';
import {
  approveJob,
  confirmJob,
  pauseJob,
  resumeJob,
  type Says,
  type Step,
  stopJob,
} from '../../services/console/replay/jobs.ts';
import { notSentCsv, notSentJson } from '../../services/console/replay/report.ts';
import { listJobs } from '../../services/console/replay/store.ts';
import type { ReplayTools } from '../../services/console/replay/types.ts';
import { becauseOption, jsonOption, operator, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';
import { confirmOption, jobArgument, rateOption, watchOption, yesOption } from './replay-options.ts';
import { jobJson, jobLine, jobText } from './replay-report.ts';
import { openReplay, saidBy, watch } from './replay-tools.ts';

type StepOptions = { because: string; watch?: boolean; json?: boolean; dryRun?: boolean };
type StartOptions = StepOptions & { confirm?: number; yes?: boolean; rate?: number };

/** The steps of a job after its dry run, under `notifyme replay`. */
export function addReplaySteps(replay: Command, run: Run): void {
  const step = (name: string, about: string) =>
    replay
      .command(name)
      .description(about)
      .addArgument(jobArgument())
      .addOption(becauseOption().makeOptionMandatory())
      .addOption(new Option('--dry-run', 'only say where the job stands'))
      .addOption(jsonOption());
  step('start', 'send exactly what a dry run found; a large one waits for a second person')
    .addOption(confirmOption())
    .addOption(yesOption())
    .addOption(rateOption())
    .addOption(watchOption())
    .action(run(start));
  const approve = 'be the second person of a large replay; your login must be in CLI_APPROVERS';
  step('approve', approve)
    .addOption(watchOption())
    .action(run(taking(approveHere)));
  step('pause', 'make no further delivery due').action(run(taking(pauseJob)));
  step('resume', 'go on')
    .addOption(watchOption())
    .action(run(taking(resumeJob)));
  step('stop', 'for good; what was not made due stays as it is').action(run(taking(stopJob)));
  replay
    .command('status')
    .description('one job, or the newest jobs')
    .argument('[job]', 'j_...')
    .addOption(watchOption())
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber(1)).default(20))
    .addOption(jsonOption())
    .action(run(status));
  replay
    .command('not-sent')
    .description('what a job did not send, and why, as CSV')
    .addArgument(jobArgument())
    .addOption(jsonOption())
    .action(run(list));
}

async function start(context: Context, id: string, options: StartOptions): Promise<ExitCode> {
  const replaying = await openReplay(context);
  const { tools } = replaying;
  const { send } = (await replaying.find(id)).plan;
  if (options.confirm === undefined && !(options.yes && send < tools.rules.countFrom)) {
    throw new RefusedError(`${send} would be sent; confirm it with --confirm ${send}`);
  }
  const { because, confirm = send, rate } = options;
  const confirmation = { ...saidBy(context, because), count: confirm, perSecond: rate };
  const begin = (job: string) => confirmJob(job, confirmation, tools);
  return taking(begin)(context, id, options);
}

/** A role comes from the identity provider in the console; at the command line it comes from a setting. */
function approveHere(id: string, says: Says, tools: ReplayTools, context: Context): Promise<Step> {
  if (!context.settings().CLI_APPROVERS.includes(operator(context.env))) {
    throw new RefusedError(`${operator(context.env)} is not in CLI_APPROVERS; approve it in the console`);
  }
  return approveJob(id, says, tools);
}

const taking =
  (step: (id: string, says: Says, tools: ReplayTools, context: Context) => Promise<Step>) =>
  async (context: Context, id: string, options: StepOptions): Promise<ExitCode> => {
    const replaying = await openReplay(context);
    const before = await replaying.find(id);
    const { changed, job } = options.dryRun
      ? { changed: false, job: before }
      : await step(id, saidBy(context, options.because), replaying.tools, context);
    const after = options.watch && job.busy ? await watch(context, job, replaying) : job;
    context.out(options.json ? `${JSON.stringify({ changed, ...jobJson(after) })}\n` : jobText(after, context.paint));
    if (!changed && !options.dryRun) context.err(`Nothing was changed: the replay is ${job.status}.\n`);
    return EXIT.ok;
  };

async function status(
  context: Context,
  id: string | undefined,
  { limit, json, watch: stay }: { limit: number; json?: boolean; watch?: boolean },
): Promise<ExitCode> {
  const replaying = await openReplay(context);
  if (id === undefined) {
    const jobs = await listJobs(replaying.tools.ledger, limit);
    context.out(json ? `${JSON.stringify({ jobs: jobs.map(jobJson) })}\n` : columns(jobs.map(jobLine)));
    return EXIT.ok;
  }
  const found = await replaying.find(id);
  const job = stay && found.busy ? await watch(context, found, replaying) : found;
  context.out(json ? `${JSON.stringify(jobJson(job))}\n` : jobText(job, context.paint));
  return EXIT.ok;
}

async function list(context: Context, id: string, { json }: { json?: boolean }): Promise<ExitCode> {
  const { tools, find } = await openReplay(context);
  const job = await find(id);
  const pieces = json ? notSentJson(job, tools.ledger) : notSentCsv(job, tools.ledger);
  for await (const piece of pieces) context.out(piece);
  return EXIT.ok;
}
