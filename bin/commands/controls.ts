import { type Command, Option } from 'commander';
import { CHANNELS, LANES } from '../../contracts/status.ts';
import type { ControlTools } from '../../services/console/controls/index.ts';
import type { Asked } from '../../services/console/controls/request.ts';
import { becauseOption, examples, jsonOption, moment, operator, span, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../exit.ts';
import type { Run } from '../run.ts';
import { effectJson, effectText, endedText, standingJson, standingText, WORDS } from './controls-report.ts';

type Scope = Asked['scope'];
type Common = Scope & { because?: string; dryRun?: boolean; json?: boolean };
type Pausing = Common & { codes?: 'hold' | 'send'; until?: Date; for?: number; drain?: boolean };
type Weighing = Common & { weight?: number; until?: Date; for?: number; reset?: boolean };

/** `notifyme pause`, `resume`, `weight` and `controls`: what operators hold back, and how they shift the load. */
export function addControls(program: Command, run: Run): void {
  const pausing = scoped(program.command('pause').description('hold back what is not sent yet; no retry is used up'))
    .addOption(new Option('--codes <what>', "the platform's own codes: hold or send them").choices(['hold', 'send']))
    .option('--drain', 'finish what is on the lanes, and hold only what comes after');
  timed(pausing).action(run(pause));
  examples(
    pausing,
    `notifyme pause --channel sms --codes send --because "gateway is being repaired" --dry-run
notifyme pause --entity health --because "wrong template, being mended" --for 2h
notifyme pause --provider sms-gateway --drain --codes hold --because "provider moves house"`,
  );
  const resuming = scoped(program.command('resume').description('end a pause; what waited is let go bit by bit'));
  acting(resuming).action(run(resume));
  examples(resuming, 'notifyme resume --channel sms --because "gateway works again"');
  const weighing = program
    .command('weight')
    .description("set a provider's share of the messages in place of the settings")
    .requiredOption('--provider <name>', 'of this provider')
    .addOption(new Option('--weight <n>', '0: only when no other can').argParser(wholeNumber(0)))
    .option('--reset', 'go by the settings again');
  timed(weighing).action(run(weigh));
  examples(weighing, 'notifyme weight --provider sns-sms --weight 0 --because "costs too much this month" --for 7d');
  const listing = program.command('controls').description('what is paused, and how much waits since when');
  listing.addOption(jsonOption()).action(run(list));
  examples(listing, 'notifyme controls --json');
}

const scoped = (command: Command): Command =>
  command
    .option('--provider <name>', 'what would go by this provider')
    .addOption(new Option('--channel <channel>', 'of this channel').choices(CHANNELS))
    .addOption(new Option('--lane <lane>', 'of this lane').choices(LANES))
    .option('--entity <entity>', 'of this entity')
    .option('--type <event type>', 'of this event type');

const acting = (command: Command): Command =>
  command.addOption(becauseOption()).option('--dry-run', 'only say what it would do').addOption(jsonOption());

const timed = (command: Command): Command =>
  acting(command)
    .addOption(new Option('--until <when>', 'ends by itself then').argParser((text) => moment(text)).conflicts('for'))
    .addOption(new Option('--for <time>', 'ends by itself after 90s, 30m, 2h, 3d').argParser(span));

async function pause(context: Context, options: Pausing): Promise<ExitCode> {
  const { drain, codes } = options;
  return place(context, options, { kind: drain ? 'drain' : 'pause', scope: scopeOf(options), codes });
}

async function weigh(context: Context, options: Weighing): Promise<ExitCode> {
  const { provider, weight, reset } = options;
  if (Boolean(reset) === (weight !== undefined)) throw new UsageError('give --weight or --reset, one of them');
  if (reset) return end(context, 'weight', { provider }, options);
  return place(context, options, { kind: 'weight', scope: { provider }, weight });
}

async function resume(context: Context, options: Common): Promise<ExitCode> {
  return end(context, 'pause', scopeOf(options), options);
}

async function place(
  context: Context,
  { because, dryRun, json, until, for: forMs }: Pausing | Weighing,
  about: Pick<Asked, 'kind' | 'scope' | 'codes' | 'weight'>,
): Promise<ExitCode> {
  if (!because && !dryRun) throw new UsageError('say why, with --because "...": it is kept with what was done');
  const end = forMs === undefined ? until : new Date(context.clock().getTime() + forMs);
  const asked: Asked = { ...about, until: end ?? null, because: because ?? 'a dry run, nothing is done' };
  const { foreseeControl, placeControl } = await import('../../services/console/controls/index.ts');
  const tools = await toolsOf(context);
  const effect = await said(foreseeControl(asked, tools));
  if (!dryRun) await said(placeControl(asked, operator(context.env), tools));
  if (json) context.out(`${JSON.stringify(effectJson(effect, dryRun ?? false))}\n`);
  else context.out(effectText(effect, dryRun ?? false));
  return EXIT.ok;
}

async function end(context: Context, kind: Asked['kind'], scope: Scope, { because, dryRun, json }: Common) {
  if (!because && !dryRun) throw new UsageError('say why, with --because "...": it is kept with what was done');
  const { endControl, listControls } = await import('../../services/console/controls/index.ts');
  const { controlId } = await import('../../services/shared/controls/scope.ts');
  const tools = await toolsOf(context);
  const id = controlId(kind, scope as Parameters<typeof controlId>[1]);
  const standing = (await listControls(tools)).find((one) => one._id === id && one.state === 'active');
  if (!standing) throw new RefusedError(`${WORDS.nothing_there}; \`notifyme controls\` lists what there is`);
  if (!dryRun) await said(endControl(id, { by: operator(context.env), because: because! }, tools));
  if (json) context.out(`${JSON.stringify({ dryRun: dryRun ?? false, ...standingJson(standing) })}\n`);
  else context.out(endedText(standing, dryRun ?? false));
  return EXIT.ok;
}

async function list(context: Context, { json }: Pick<Common, 'json'>): Promise<ExitCode> {
  const { listControls } = await import('../../services/console/controls/index.ts');
  const standing = await listControls(await toolsOf(context));
  if (json) context.out(`${JSON.stringify({ controls: standing.map(standingJson) })}\n`);
  else context.out(standingText(standing));
  if (standing.length === 0 && !json) context.err('Nothing is paused, and all weights are those of the settings.\n');
  return EXIT.ok;
}

async function toolsOf(context: Context): Promise<ControlTools> {
  const { providersOf } = await import('../../services/shared/controls/providers.ts');
  const providers = providersOf(context.settings());
  return { ledger: await context.ledger(), catalogue: await context.catalogue(), providers, clock: context.clock };
}

function scopeOf({ provider, channel, lane, entity, type }: Common): Scope {
  return { provider, channel, lane, entity, type };
}

/** A refusal in the command's words: what nobody can do now is refused, what was typed wrongly is a matter of usage. */
async function said<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { ControlError } = await import('../../services/console/controls/request.ts');
    if (!(error instanceof ControlError)) throw error;
    const text = `${WORDS[error.code]}${error.code === 'unknown_value' ? ` (--${error.field})` : ''}`;
    throw error.code === 'already' || error.code === 'nothing_there' ? new RefusedError(text) : new UsageError(text);
  }
}
