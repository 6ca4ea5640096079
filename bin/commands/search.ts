import { type Command, Option } from 'commander';
import type { Boxed } from '../../services/console/search/box.ts';
import { readFilter, type SearchFilter, writePlace } from '../../services/console/search/filter.ts';
import type { Found } from '../../services/console/search/find.ts';
import type { FoundPerson } from '../../services/console/search/people.ts';
import { createBlind } from '../../services/shared/crypto/blind.ts';
import { becauseOption, channelOption, examples, jsonOption, moment, operator, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, UsageError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';

type Options = {
  what?: 'notices' | 'deliveries';
  stdin?: boolean;
  because?: string;
  since?: Date;
  until?: Date;
  limit: number;
  json?: boolean;
} & Partial<Record<'entity' | 'type' | 'channel' | 'provider' | 'status' | 'reason' | 'after', string>>;

/** `notifyme search`: notices and deliveries by anything that is known of them. */
export function addSearch(program: Command, run: Run): void {
  const command = program
    .command('search')
    .description(
      'find notices and deliveries; a national number, telephone number or address is read from standard input',
    )
    .argument('[text]', 'an id (n_, d_, r_), a reference (AB12-CD34), the id of an event, or a case')
    .option(
      '--stdin',
      'by a number or address from standard input; needs --because, is recorded, and the person sees it',
    )
    .addOption(becauseOption())
    .addOption(new Option('--what <what>', 'what to list').choices(['notices', 'deliveries']))
    .option('--entity <entity>', 'of this entity')
    .option('--type <event type>', 'of this event type')
    .addOption(channelOption())
    .option('--provider <name>', 'tried last by this provider')
    .option('--status <status>', 'that stand so now')
    .option('--reason <reason>', 'for this reason')
    .addOption(new Option('--since <when>', 'made at or after: a time, or 2h ago').argParser((text) => moment(text)))
    .addOption(new Option('--until <when>', 'made before').argParser((text) => moment(text)))
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber(1)).default(50))
    .option('--after <place>', 'go on where the search before ended')
    .addOption(jsonOption())
    .action(run(find));
  examples(
    command,
    `notifyme search --channel sms --status failed --reason provider_unavailable --since 2h
notifyme search AB12-CD34
notifyme search --stdin --because "call 4711, did not get a code" < number.txt`,
  );
}

async function find(context: Context, text: string | undefined, options: Options): Promise<ExitCode> {
  const { search } = await import('../../services/console/search/find.ts');
  const { noticeIdOf } = await import('../../services/console/story/load.ts');
  const { people, boxed } = await whom(context, text, options);
  const ledger = await context.ledger();
  const ids = boxed?.kind === 'id' ? [(await noticeIdOf(ledger, boxed.id)) ?? 'n_'] : undefined;
  const filter: SearchFilter = {
    ...filterOf(options, boxed ? 'notices' : 'deliveries'),
    ...(ids && { ids }),
    ...(boxed?.kind === 'key' && { key: boxed.key }),
    ...(people && { people: people.map(({ subscriberId }) => subscriberId) }),
  };
  const tools = { ledger, catalogue: await context.catalogue(), clock: context.clock, budgetMs: 30_000 };
  const found = people?.length === 0 ? null : await search(filter, options.limit, tools);
  report(context, options, found, people);
  return EXIT.ok;
}

async function whom(context: Context, text: string | undefined, { stdin, because }: Options) {
  if (text !== undefined && stdin) throw new UsageError('give a text or --stdin, not both');
  if (text === undefined && !stdin) return { people: null, boxed: null };
  if (stdin && !because)
    throw new UsageError('--stdin needs --because "...": who looked for a person, and why, is kept');
  const typed = text ?? (await context.input('National number, telephone number or address: '));
  const { readBox } = await import('../../services/console/search/box.ts');
  const boxed = readBox(typed, {
    ...{ blind: createBlind(context.ring()), servedCountries: context.settings().SERVED_COUNTRIES },
  });
  if (!stdin) return { people: null, boxed: named(boxed) };
  if (boxed.kind !== 'personal')
    throw new UsageError('that is neither a national number nor a telephone number or address');
  const { findByNumber } = await import('../../services/console/look.ts');
  const looker = { by: operator(context.env), because: because! };
  const deps = { ledger: await context.ledger(), sealer: context.sealer(), clock: context.clock };
  return { people: await findByNumber(boxed.personal, looker, deps), boxed };
}

/** What may stand in the shell's history and in lists of processes. */
function named(boxed: Boxed): Boxed {
  if (boxed.kind === 'personal') {
    throw new UsageError('this may be a number or an address, and others can read arguments: use --stdin instead');
  }
  if (boxed.kind === 'empty') throw new UsageError('the text is empty');
  return boxed;
}

function filterOf(options: Options, usually: 'notices' | 'deliveries'): SearchFilter {
  const { entity, type, channel, provider, status, reason, since, until, after } = options;
  const what = options.what ?? (channel || provider ? 'deliveries' : usually);
  const { filter, faults } = readFilter({ what, entity, type, channel, provider, status, reason, after });
  const [fault] = faults;
  if (fault) throw new UsageError(`--${fault.field} is not one of ${what}`);
  return { ...filter, since, until };
}

function report({ out, err }: Context, { json }: Options, found: Found | null, people: FoundPerson[] | null): void {
  const { what, items, complete, searchedBackTo, next } = found ?? {
    ...{ what: 'notices', items: [], complete: true, searchedBackTo: null, next: null },
  };
  const after = next && writePlace(next);
  if (json)
    out(`${JSON.stringify({ what, ...(people && { people }), items, complete, searchedBackTo, next: after })}\n`);
  else out(columns(items.map(rowOf)));
  if (people) err(`${people.length} person(s) found; they can see that you looked\n`);
  const stopped = complete ? '' : `; the search ran out of time and came back to ${searchedBackTo?.toISOString()}`;
  err(`${items.length} found${stopped}${after ? `; there is more: --after ${after}` : ''}\n`);
}

const rowOf = (item: Found['items'][number]): string[] => [
  ...('createdAt' in item
    ? [item.createdAt.toISOString(), item._id, item.channel, item.status, item.reason ?? '-', item.provider ?? '-']
    : [item.acceptedAt.toISOString(), item._id, item.status, item.reason ?? '-']),
  item.type,
];
