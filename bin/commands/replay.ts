import { type Command, Option } from 'commander';
import { askForPlan, confirmJob } from '../../services/console/replay/jobs.ts';
import type { ReplayFilter, ReplayJob } from '../../services/console/replay/types.ts';
import { becauseOption, channelOption, examples, ids, jsonOption, moment, operator, reason } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../exit.ts';
import type { Run } from '../run.ts';
import { confirmOption, rateOption, watchOption, yesOption } from './replay-options.ts';
import { type Options, planJson, planText } from './replay-report.ts';
import { addReplaySteps } from './replay-steps.ts';
import { openReplay, planHere, type Replaying, saidBy, watch } from './replay-tools.ts';

/** `notifyme replay`: sends again what failed, by filter, under every rule of sending. */
export function addReplay(program: Command, run: Run): void {
  const command = program
    .command('replay')
    .description('send again what failed, by filter; without --confirm it only says what would happen')
    .enablePositionalOptions()
    .addOption(new Option('--id <delivery id...>', 'these deliveries').argParser(ids(/^d_[0-9a-f]{32}$/, 'd_<32 hex>')))
    .option('--entity <entity>', 'of this entity')
    .option('--type <event type>', 'of this event type')
    .addOption(channelOption())
    .option('--provider <name>', 'tried last by this provider')
    .addOption(new Option('--reason <reason>', 'that failed for this reason').argParser(reason))
    .addOption(
      new Option('--since <when>', 'that failed at or after: a time, or 2h ago').argParser((text) => moment(text)),
    )
    .addOption(new Option('--until <when>', 'that failed before').argParser((text) => moment(text)))
    .addOption(new Option('--price <BHD>', 'price of one SMS segment; else the setting').argParser(price))
    .addOption(rateOption())
    .addOption(becauseOption())
    .addOption(confirmOption())
    .addOption(yesOption())
    .addOption(watchOption())
    .option('--dry-run', 'send nothing, whatever else is said')
    .addOption(jsonOption())
    .action(run(replay));
  addReplaySteps(command, run);
  examples(
    command,
    `notifyme replay --channel sms --reason provider_unavailable --since 2h
notifyme replay start j_0123456789abcdef0123456789abcdef --because "SMS provider was down" --confirm 40000 --watch
notifyme replay --id d_0123456789abcdef0123456789abcdef --because "asked by the person" --yes
notifyme replay stop j_0123456789abcdef0123456789abcdef --because "wrong text"`,
  );
}

async function replay(context: Context, options: Options): Promise<ExitCode> {
  const filter = filterOf(options);
  const wants = options.confirm !== undefined || options.yes === true;
  if (wants && !options.because) throw new UsageError('say why, with --because "...": it is kept with what was done');
  if (Object.values(filter).every((value) => value === undefined)) {
    throw new UsageError(
      'name at least one of --id, --entity, --type, --channel, --provider, --reason, --since, --until',
    );
  }
  const replaying = await openReplay(context);
  const { _id } = await askForPlan(filter, operator(context.env), replaying.tools);
  const job = await planHere(context, _id, replaying);
  if (!wants || options.dryRun) return report(context, job, options, replaying);
  const objection = objectionTo(job, options, replaying);
  if (objection) {
    report(context, job, options, replaying);
    throw new RefusedError(objection);
  }
  const { because, confirm, rate } = options;
  const confirmation = { ...saidBy(context, because!), count: confirm ?? job.plan.send, perSecond: rate };
  const started = job.plan.send === 0 ? { job } : await confirmJob(job._id, confirmation, replaying.tools);
  return report(
    context,
    options.watch && started.job.busy ? await watch(context, started.job, replaying) : started.job,
    options,
    replaying,
  );
}

function objectionTo({ plan: { send } }: ReplayJob, { confirm, yes }: Options, { tools }: Replaying): string | null {
  if (confirm !== undefined) {
    if (confirm === send) return null;
    return `${confirm} was confirmed, but ${send} would be sent now; look again, then confirm that number`;
  }
  return yes && send < tools.rules.countFrom ? null : `${send} is more than --yes covers; use --confirm ${send}`;
}

function report(context: Context, job: ReplayJob, options: Options, { tools, price }: Replaying): ExitCode {
  const seen = { rules: tools.rules, price: options.price ?? price, ...options };
  context.out(options.json ? `${JSON.stringify(planJson(job, seen))}\n` : planText(job, seen, context.paint));
  return EXIT.ok;
}

const filterOf = ({ id, entity, type, channel, provider, reason, since, until }: Options): ReplayFilter => ({
  ...{ ids: id, entity, type, channel, provider, reason, since, until },
});

function price(text: string): number {
  const value = Number(text);
  if (!/^\d{1,4}(\.\d{1,6})?$/.test(text)) throw new UsageError('--price is an amount in BHD, such as 0.012');
  return value;
}
