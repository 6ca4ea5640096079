import { type Command, Option } from 'commander';
import type { Listed } from '../../services/console/suppressions/index.ts';
import { becauseOption, examples, jsonOption, moment, operator, span, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';
import { bring, take } from './suppressions-files.ts';
import { engine, type Flags, toolsOf, typed, untilOf, worded } from './suppressions-tools.ts';

type Removing = Pick<Flags, 'because' | 'dryRun' | 'json'> & { id?: string };

/** `notifyme suppressions`: addresses that get nothing, whoever holds them. Numbers and addresses come from standard input. */
export function addSuppressions(program: Command, run: Run): void {
  const list = program.command('suppressions').description('addresses that get nothing, whoever holds them');
  list
    .command('list')
    .description('the newest entries, masked')
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber(1)).default(50))
    .addOption(jsonOption())
    .action(run(show));
  examples(
    said(list.command('look-up').description('whether the number or address on standard input is on the list'))
      .addOption(jsonOption())
      .action(run(find)),
    'notifyme suppressions look-up --because "call 4711, gets nothing" < number.txt',
  );
  examples(
    changing(terms(list.command('add').description('put the number or address on standard input on the list'))).action(
      run(add),
    ),
    'notifyme suppressions add --because "somebody else has the number" --for 30d < number.txt',
  );
  examples(
    changing(list.command('remove').description('take the number or address on standard input, or an id, off'))
      .option('--id <address id>', 'an id that the list shows (a_...)')
      .action(run(remove)),
    'notifyme suppressions remove --id a_0123456789abcdef0123456789abcdef --because "proved to be right again"',
  );
  examples(
    changing(terms(list.command('import').argument('<file>', 'CSV with a head line; - for standard input')))
      .description('add a list; what is there stays as it is')
      .action(run(bring)),
    'notifyme suppressions import bounces.csv --source hard_bounce --because "list of the mail relay" --dry-run',
  );
  examples(
    said(list.command('export').description('the whole list by blind ids, which name nobody without the key ring'))
      .requiredOption('--out <file>', 'CSV is written to it; - for standard output')
      .addOption(jsonOption())
      .action(run(take)),
    'notifyme suppressions export --out list.csv --because "copy for the second site"',
  );
}

const said = (command: Command) => command.addOption(becauseOption().makeOptionMandatory());
const changing = (command: Command) =>
  said(command).option('--dry-run', 'only say what it would do').addOption(jsonOption());
const terms = (command: Command) =>
  command
    .addOption(
      new Option('--source <source>', 'by whose word')
        .choices(['operator', 'complaint', 'hard_bounce'])
        .default('operator'),
    )
    .addOption(new Option('--until <when>', 'counts until then').argParser((text) => moment(text)).conflicts('for'))
    .addOption(new Option('--for <time>', 'counts for 2h, 30d').argParser(span));

async function show(context: Context, { limit, json }: { limit: number; json?: boolean }): Promise<ExitCode> {
  const { listSuppressed } = await engine();
  const entries = await listSuppressed({ limit }, await toolsOf(context));
  context.out(json ? `${JSON.stringify({ entries: entries.map(entryJson) })}\n` : columns(entries.map(entryRow)));
  return EXIT.ok;
}

async function find(context: Context, { because, json }: Flags): Promise<ExitCode> {
  const { lookUp } = await engine();
  const who = { by: operator(context.env), because };
  const { id, masked, entry } = await worded(async () => lookUp(await typed(context), who, await toolsOf(context)));
  if (json) context.out(`${JSON.stringify({ id, masked, entry: entry && entryJson(entry) })}\n`);
  else context.out(entry ? columns([entryRow(entry)]) : `${id}  ${masked}  is not on the list\n`);
  return EXIT.ok;
}

async function add(context: Context, { because, source, dryRun, json, ...end }: Flags): Promise<ExitCode> {
  const { suppress, foresee } = await engine();
  const tools = await toolsOf(context);
  const text = await typed(context);
  const asked = { source, because, until: untilOf(context, end), by: operator(context.env) };
  const entry = await worded(() => (dryRun ? foresee(text, asked, tools) : suppress(text, asked, tools)));
  context.out(
    json ? `${JSON.stringify({ dryRun: dryRun ?? false, entry: entryJson(entry) })}\n` : columns([entryRow(entry)]),
  );
  if (dryRun) context.err('Nothing was changed.\n');
  return EXIT.ok;
}

async function remove(context: Context, { because, dryRun, json, id: given }: Removing): Promise<ExitCode> {
  const { unsuppress } = await engine();
  const tools = await toolsOf(context);
  if (given !== undefined && !/^a_[0-9a-f]{32}$/.test(given)) throw new UsageError('an id looks like a_<32 hex>');
  const { knowAddress } = await import('../../services/console/suppressions/entry.ts');
  const id = given ?? (await worded(async () => knowAddress(await typed(context), tools.rules))).id;
  const there = dryRun
    ? (await tools.ledger.suppressions.countDocuments({ _id: id })) > 0
    : await worded(() => unsuppress(id, { by: operator(context.env), because }, tools));
  if (!there) throw new RefusedError(`${id} is not on the list`);
  context.out(
    json
      ? `${JSON.stringify({ dryRun: dryRun ?? false, id })}\n`
      : `${dryRun ? 'would be removed' : 'removed'}: ${id}\n`,
  );
  return EXIT.ok;
}

const entryJson = ({ at, until, ...entry }: Listed) => ({
  ...entry,
  at: at.toISOString(),
  until: until?.toISOString() ?? null,
});
const entryRow = ({ _id, channel, masked, source, until, counts, by, because }: Listed): string[] => [
  ...[_id, channel, masked ?? '-', source],
  ...[until ? `until ${until.toISOString()}${counts ? '' : ' (over)'}` : 'no end', by, because],
];
