import { type Command, Option } from 'commander';
import { consumerGroups } from '../../services/shared/kafka/groups.ts';
import { readLag } from '../../services/shared/kafka/lag.ts';
import { examples, jsonOption, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';

type Options = { max?: number; json?: boolean };

/** `notifyme lag`: how far each consumer group is behind on each of its topics. */
export function addLag(program: Command, run: Run): void {
  const command = program
    .command('lag')
    .description('messages that each consumer group has not finished yet, by topic')
    .addOption(new Option('--max <n>', 'exit with 1 when a group is behind by more').argParser(wholeNumber(0)))
    .addOption(jsonOption())
    .action(run(lag));
  examples(command, 'notifyme lag\nnotifyme lag --max 10000 --json');
}

async function lag(context: Context, { max = Infinity, json }: Options): Promise<ExitCode> {
  const { TOPIC_PREFIX } = context.settings();
  const groups = await readLag(await context.kafka(), consumerGroups(TOPIC_PREFIX, await context.catalogue()));
  const total = groups.reduce((sum, group) => sum + group.lag, 0);
  if (json) context.out(`${JSON.stringify({ total, groups })}\n`);
  else {
    const rows = groups.flatMap(({ groupId, state, members, topics }) =>
      topics.map(({ topic, partitions, lag }) => [
        groupId,
        `${state}/${members}`,
        topic,
        String(partitions),
        String(lag),
      ]),
    );
    context.out(columns([['group', 'state/members', 'topic', 'partitions', 'lag'], ...rows]));
  }
  const late = groups.filter((group) => group.lag > max);
  context.err(
    `${total} message(s) not finished${late.length > 0 ? `; over --max: ${late.map(({ groupId }) => groupId).join(', ')}` : ''}\n`,
  );
  return late.length > 0 ? EXIT.findings : EXIT.ok;
}
