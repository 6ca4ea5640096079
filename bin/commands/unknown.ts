import { type Command, Option } from 'commander';
import type { Held, HeldFilter } from '../../services/console/unknown.ts';
import { becauseOption, channelOption, examples, ids, jsonOption, operator, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';

type Filter = Omit<HeldFilter, 'limit'>;
type ListOptions = Filter & { limit: number; json?: boolean };
type ActOptions = Filter & { id?: string[]; confirm?: number; because?: string; dryRun?: boolean; json?: boolean };
type Verb = 'send-again' | 'give-up';

const ID = /^d_[0-9a-f]{32}$/;
const MOST = 10_000;
const SAYS: Record<Verb, string> = {
  'send-again': 'send once more what may have been sent; the person may get it twice',
  'give-up': 'end as failed; evidence that comes later still counts',
};
const ACT = { 'send-again': 'unknown_release', 'give-up': 'unknown_give_up' } as const;

/** `notifyme unknown`: deliveries of which nobody knows whether they went out, held for an operator. */
export function addUnknown(program: Command, run: Run): void {
  const unknown = program
    .command('unknown')
    .description('messages that may or may not have gone out: see, send again, give up');
  const filtered = (command: Command) =>
    command.option('--entity <entity>', 'of this entity').addOption(channelOption());
  filtered(unknown.command('list').description('oldest first'))
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber(1)).default(100))
    .addOption(jsonOption())
    .action(run(list));
  for (const verb of ['send-again', 'give-up'] as const) {
    const command = filtered(unknown.command(verb).description(SAYS[verb]))
      .addOption(new Option('--id <id...>', 'these').argParser(ids(ID, 'd_<32 hex>')))
      .addOption(becauseOption())
      .addOption(new Option('--confirm <count>', 'do it, if there are exactly so many').argParser(wholeNumber(0)))
      .option('--dry-run', 'change nothing, whatever else is said')
      .addOption(jsonOption())
      .action(run((context, options: ActOptions) => act(context, verb, options)));
    examples(
      command,
      `notifyme unknown ${verb} --channel sms --entity health\nnotifyme unknown ${verb} --channel sms --entity health --because "the gateway lost them" --confirm 12`,
    );
  }
}

async function list(context: Context, { limit, json, ...filter }: ListOptions): Promise<ExitCode> {
  const found = await heldBy(context, filter, limit);
  if (json) context.out(`${JSON.stringify({ unknown: found.map(bare), complete: found.length < limit })}\n`);
  else context.out(columns(found.map(row)));
  context.err(`${found.length} held${found.length < limit ? '' : '; there may be more, see --limit'}\n`);
  return EXIT.ok;
}

async function act(context: Context, verb: Verb, options: ActOptions): Promise<ExitCode> {
  const { id, entity, channel, confirm, because, dryRun, json } = options;
  if (!id && !entity && !channel) throw new UsageError('name at least one of --id, --entity, --channel');
  if (confirm !== undefined && !because) throw new UsageError('say why, with --because "...": it is kept');
  const held = await heldBy(context, { entity, channel }, MOST);
  const found = id ? held.filter(({ _id }) => id.includes(_id)) : held;
  const go = confirm !== undefined && !dryRun;
  if (go && confirm !== found.length)
    throw new RefusedError(`${confirm} was confirmed, but there are ${found.length} now; look again`);
  const done = go ? await doIt(context, verb, found, options) : null;
  if (json) context.out(`${JSON.stringify({ dryRun: !go, act: verb, found: found.length, done })}\n`);
  else context.out(`${found.length} found, ${done ?? 0} done (${SAYS[verb]})\n`);
  if (!go) context.err(`Nothing was changed. To do it: --because "..." --confirm ${found.length}\n`);
  return EXIT.ok;
}

/** The act is in the audit trail before it happens. */
async function doIt(
  context: Context,
  verb: Verb,
  found: Held[],
  { because, entity, channel, id }: ActOptions,
): Promise<number> {
  const { recordAct } = await import('../../services/console/acts.ts');
  const { giveUpHeld, releaseHeld } = await import('../../services/console/unknown.ts');
  const ledger = await context.ledger();
  const details = { id, entity, channel, count: found.length };
  const said = { kind: ACT[verb], by: operator(context.env), because: because!, details } as const;
  await recordAct(ledger, said, context.clock());
  const work = verb === 'give-up' ? giveUpHeld : releaseHeld;
  const tools = { ledger, clock: context.clock };
  return work(
    found.map(({ _id }) => _id),
    tools,
  );
}

async function heldBy(context: Context, filter: Filter, limit: number): Promise<Held[]> {
  const { listHeld } = await import('../../services/console/unknown.ts');
  return listHeld({ ...filter, limit }, { ledger: await context.ledger(), clock: context.clock });
}

const row = ({ _id, notificationId, entity, channel, provider, updatedAt, expiresAt }: Held): string[] => [
  ...[_id, notificationId, entity, channel, provider ?? '-'],
  `since ${updatedAt.toISOString()}`,
  `until ${expiresAt.toISOString()}`,
];

const bare = ({ _id, ...rest }: Held) => ({ id: _id, ...rest });
