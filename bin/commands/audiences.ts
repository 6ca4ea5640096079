import { type Command, Option } from 'commander';
import type { Audience } from '../../services/shared/ledger/types.ts';
import { becauseOption, examples, jsonOption, operator, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';

type Listed = Omit<Audience, 'event'>;
type Acting = { because?: string; dryRun?: boolean; json?: boolean };
type Verb = 'pause' | 'resume' | 'stop';

const ID = /^n_[0-9a-f]{32}$/;
/** The states from which each act leads on. A stop also keeps back what waits of pages that are done. */
const FROM: Record<Verb, readonly Audience['status'][]> = {
  pause: ['waiting', 'spreading'],
  resume: ['paused'],
  stop: ['waiting', 'spreading', 'paused', 'done'],
};
const SAYS: Record<Verb, string> = {
  pause: 'no further page goes out until it is resumed; one under way is finished',
  resume: 'goes on where it was paused',
  stop: 'stopped for good: no further page, and what waits of the pages before is not sent',
};

/** `notifyme audiences`: one notice to many people, spread page by page. */
export function addAudiences(program: Command, run: Run): void {
  const audiences = program.command('audiences').description('notices to many people: see, pause, resume, stop');
  audiences
    .command('list')
    .description('those that are not done first')
    .addOption(new Option('--limit <n>', 'at most so many').argParser(wholeNumber(1)).default(50))
    .addOption(jsonOption())
    .action(run(list));
  for (const verb of ['pause', 'resume', 'stop'] as const) {
    const command = audiences
      .command(verb)
      .description(SAYS[verb])
      .argument('<id>', 'n_...')
      .addOption(becauseOption())
      .option('--dry-run', 'only say what it would do')
      .addOption(jsonOption())
      .action(run((context, id: string, options: Acting) => act(context, verb, id, options)));
    examples(
      command,
      `notifyme audiences ${verb} n_0123456789abcdef0123456789abcdef --because "wrong date in the text"`,
    );
  }
}

async function list(context: Context, { limit, json }: { limit: number; json?: boolean }): Promise<ExitCode> {
  const { listAudiences } = await import('../../services/console/audiences.ts');
  const found = await listAudiences({ limit }, { ledger: await context.ledger() });
  if (json) context.out(`${JSON.stringify({ audiences: found.map(bare), complete: found.length < limit })}\n`);
  else context.out(columns(found.map(row)));
  context.err(`${found.length} audience notice(s)${found.length < limit ? '' : '; there may be more, see --limit'}\n`);
  return EXIT.ok;
}

async function act(context: Context, verb: Verb, id: string, { because, dryRun, json }: Acting): Promise<ExitCode> {
  if (!ID.test(id)) throw new UsageError('an id looks like n_0123456789abcdef0123456789abcdef');
  if (!because && !dryRun) throw new UsageError('say why, with --because "...": it is kept with what was done');
  const ledger = await context.ledger();
  const found = await ledger.audiences.findById(id).select('-event').lean<Listed>();
  if (!found) throw new RefusedError(`there is no audience notice ${id}`);
  if (!FROM[verb].includes(found.status))
    throw new RefusedError(`it is ${found.status}, so there is nothing to ${verb}`);
  if (!dryRun) await doIt(context, verb, found, because!);
  const { people } = found.counts;
  if (json) context.out(`${JSON.stringify({ dryRun: dryRun ?? false, act: verb, ...bare(found) })}\n`);
  else context.out(`${id}: ${dryRun ? 'would be: ' : ''}${SAYS[verb]}; ${people} people had it before\n`);
  return EXIT.ok;
}

/** The act is in the audit trail before it happens. */
async function doIt(context: Context, verb: Verb, { _id, entity }: Listed, because: string): Promise<void> {
  const { recordAct } = await import('../../services/console/acts.ts');
  const { pauseAudience, resumeAudience, stopAudience } = await import('../../services/console/audiences.ts');
  const ledger = await context.ledger();
  const details = { id: _id, entity };
  await recordAct(ledger, { kind: `audience_${verb}`, by: operator(context.env), because, details }, context.clock());
  const work = { pause: pauseAudience, resume: resumeAudience, stop: stopAudience }[verb];
  if (!(await work(_id, { ledger, clock: context.clock })))
    throw new RefusedError('somebody else changed it meanwhile; look again');
}

const row = ({ _id, status, entity, segment, counts, dueAt }: Listed): string[] => [
  ...[_id, status, entity, segment, `${counts.people} people`],
  dueAt?.toISOString() ?? '-',
];

const bare = ({ _id, status, entity, segment, counts, test, acceptedAt, dueAt }: Listed) => ({
  ...{ id: _id, status, entity, segment, counts, test, acceptedAt, dueAt },
});
