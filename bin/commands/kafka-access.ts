import { type Command, Option } from 'commander';
import { auditAnchorTopic } from '../../services/shared/audit/anchor.ts';
import { type AccessRule, accessRules } from '../../services/shared/kafka/access.ts';
import { topics } from '../../services/shared/topics.ts';
import { examples, jsonOption } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';

type Options = { apply?: boolean; json?: boolean };

/** `notifyme kafka-access`: the access rules of the broker, made from the catalogue; shown, or made there. */
export function addKafkaAccess(program: Command, run: Run): void {
  const command = program
    .command('kafka-access')
    .description('which Kafka user may do what, by the catalogue; --apply makes missing topics and these rules')
    .addOption(new Option('--apply', 'make them, as KAFKA_SASL_USERNAME, who must be allowed to'))
    .addOption(jsonOption())
    .action(run(kafkaAccess));
  examples(command, 'notifyme kafka-access\nnotifyme kafka-access --apply');
}

async function kafkaAccess(context: Context, { apply, json }: Options): Promise<ExitCode> {
  const rules = accessRules(context.settings().TOPIC_PREFIX, await context.catalogue());
  const users = new Set(rules.map(({ user }) => user)).size;
  if (apply) await makeAll(context, rules);
  if (json) context.out(`${JSON.stringify({ applied: apply === true, rules })}\n`);
  else context.out(columns([['user', 'may', 'what', 'name'], ...rules.map(row)]));
  const done = apply ? 'are in force' : 'were listed; nothing was changed';
  context.err(`${rules.length} rules for ${users} users ${done}. What is not listed is forbidden.\n`);
  return EXIT.ok;
}

async function makeAll(context: Context, rules: AccessRule[]): Promise<void> {
  const [{ applyAccess }, { ensureTopics }, { allTopics }] = await Promise.all([
    import('../../services/shared/kafka/apply-access.ts'),
    import('../../services/shared/kafka/connect.ts'),
    import('../../services/shared/runtime.ts'),
  ]);
  const { TOPIC_PREFIX: prefix, TOPIC_PARTITIONS: partitions } = context.settings();
  const kafka = await context.kafka();
  const anchors = { topic: auditAnchorTopic(prefix), partitions: 1 };
  await ensureTopics(kafka, [...allTopics(topics(prefix), await context.catalogue(), partitions), anchors]);
  await applyAccess(kafka, rules);
}

const row = ({ user, operation, kind, pattern, name }: AccessRule): string[] => [
  user,
  operation,
  kind,
  pattern === 'prefixed' ? `${name}*` : name,
];
