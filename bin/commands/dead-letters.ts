import { type Command, Option } from 'commander';
import { recordAct } from '../../services/console/acts.ts';
import { describeDeadLetter, listDeadLetters } from '../../services/console/dead-letters.ts';
import type { StoredDeadLetter } from '../../services/shared/ledger/types.ts';
import { becauseOption, examples, ids, jsonOption, operator, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';
import { replayLetters } from './dead-letters-replay.ts';

type Filter = { id?: string[]; reason?: string; topic?: string };
type ListOptions = Filter & { limit: number; replayed?: boolean; json?: boolean };
type ShowOptions = { reveal?: boolean; because?: string; json?: boolean };

const ID = /^x_[0-9a-f]{32}$/;

/** `notifyme dead-letters`: messages that could not be processed. */
export function addDeadLetters(program: Command, run: Run): void {
  const letters = program
    .command('dead-letters')
    .description('messages that could not be processed: see, and put back');
  const filtered = (command: Command) =>
    command
      .option('--reason <code>', 'put aside for this reason')
      .option('--topic <topic>', 'from this topic')
      .addOption(new Option('--id <id...>', 'these').argParser(ids(ID, 'x_<32 hex>')));
  filtered(letters.command('list').description('newest first, without their contents'))
    .option('--replayed', 'those put back before, instead of those that were not')
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber(1)).default(100))
    .addOption(jsonOption())
    .action(run(list));
  const show = letters
    .command('show')
    .description('one dead letter: reason, place and size; its content only with --reveal, which is recorded')
    .argument('<id>', 'x_...')
    .option('--reveal', 'show the content; needs --because')
    .addOption(becauseOption())
    .addOption(jsonOption())
    .action(run(showOne));
  examples(
    show,
    'notifyme dead-letters show x_0123456789abcdef0123456789abcdef --reveal --because "asked by the entity"',
  );
  const replay = filtered(
    letters.command('replay').description('put the original bytes back, unchanged, once the cause is mended'),
  )
    .addOption(becauseOption())
    .addOption(new Option('--confirm <count>', 'do it, if exactly so many would go').argParser(wholeNumber(0)))
    .option('--dry-run', 'change nothing, whatever else is said')
    .addOption(jsonOption())
    .action(run(replayLetters));
  examples(
    replay,
    'notifyme dead-letters replay --reason key_unknown\nnotifyme dead-letters replay --reason key_unknown --because "key k2 is in the ring now" --confirm 12',
  );
}

async function list(context: Context, { limit, json, replayed = false, ...filter }: ListOptions): Promise<ExitCode> {
  const letters = await find(context, { ...filter, replayed }, limit);
  if (json) context.out(`${JSON.stringify({ deadLetters: letters.map(bare), complete: letters.length < limit })}\n`);
  else
    context.out(
      columns(letters.map(({ _id, at, reason, ...place }) => [_id, at.toISOString(), reason, placeOf(place)])),
    );
  const more = letters.length < limit ? '' : '; there may be more, see --limit';
  context.err(`${letters.length} dead letter(s)${more}\n`);
  return EXIT.ok;
}

async function showOne(context: Context, id: string, { reveal, because, json }: ShowOptions): Promise<ExitCode> {
  if (reveal && !because) throw new UsageError('--reveal needs --because "...": who looked, and why, is kept');
  const ledger = await context.ledger();
  const letter = await ledger.deadLetters.findOne({ _id: id }).lean<StoredDeadLetter>();
  if (!letter) throw new RefusedError(`there is no dead letter ${id}`);
  const { content, ...masked } = describeDeadLetter(letter, context.sealer());
  if (reveal) {
    const act = { kind: 'dead_letter_reveal', by: operator(context.env), because: because!, details: { id } } as const;
    await recordAct(ledger, act, context.clock());
  }
  const shown = reveal ? { ...masked, content } : masked;
  if (json) context.out(`${JSON.stringify(shown)}\n`);
  else context.out(columns(Object.entries(shown).map(([name, value]) => [name, String(value ?? '')])));
  return EXIT.ok;
}

const find = async (context: Context, { id, ...rest }: Filter & { replayed: boolean }, limit: number) =>
  listDeadLetters({ ledger: await context.ledger() }, { ...rest, ids: id }, limit);

const placeOf = ({ topic, partition, offset }: Pick<StoredDeadLetter, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}/${partition}/${offset}`;

const bare = ({ _id, reason, detail, at, replayedAt, ...place }: StoredDeadLetter) => ({
  ...{ id: _id, reason, detail, place: placeOf(place), at, replayedAt },
});
