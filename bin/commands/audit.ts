import { type Command, Option } from 'commander';
import {
  type Anchor,
  anchorHead,
  auditAnchorTopic,
  readAnchors,
  readAnchorTopic,
} from '../../services/shared/audit/anchor.ts';
import { headOf } from '../../services/shared/audit/append.ts';
import { type ChainFault, verifyChain } from '../../services/shared/audit/verify.ts';
import { ensureTopics } from '../../services/shared/kafka/connect.ts';
import { examples, jsonOption, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, RefusedError } from '../exit.ts';
import type { Run } from '../run.ts';

type VerifyFlags = { from: number; anchors?: string; topic?: boolean; json?: boolean };
type AnchorFlags = { file: string; topic?: boolean; dryRun?: boolean; json?: boolean };

const WORDS: Record<ChainFault, string> = {
  missing: 'is missing: it was deleted',
  changed: 'was changed after it was written',
  relinked: 'does not follow the one before it',
  truncated: 'and those after it are missing: the end was cut off',
  rewritten: 'is not the one that was anchored: the chain was made anew',
};

/** `notifyme audit`: the chain of everything that operators, officers and delegates did. */
export function addAudit(program: Command, run: Run): void {
  const audit = program.command('audit').description('the append-only record of who did what, and why');
  const verify = audit
    .command('verify')
    .description('read the whole chain; exits 1 when a record was changed, deleted, moved or cut off')
    .addOption(new Option('--from <number>', 'begin at this record').argParser(wholeNumber(1)).default(1))
    .option('--anchors <file>', 'heads kept by `audit anchor`; without any a cut-off end cannot be seen')
    .option('--topic', 'the heads in the topic <prefix>.audit-anchors as well')
    .addOption(jsonOption())
    .action(run(verifyTrail));
  examples(verify, 'notifyme audit verify --anchors /mnt/other-machine/anchors --topic');
  const anchor = audit
    .command('anchor')
    .description('keep the signed head of the chain outside of the database')
    .requiredOption('--file <file>', 'a line is added to it; let it be on another machine')
    .option('--topic', 'write it to the topic <prefix>.audit-anchors as well')
    .option('--dry-run', 'say which record it would be, and write nothing')
    .addOption(jsonOption())
    .action(run(keepAnchor));
  examples(anchor, 'notifyme audit anchor --file /mnt/other-machine/anchors --topic');
}

async function verifyTrail(context: Context, { from, anchors, topic, json }: VerifyFlags): Promise<ExitCode> {
  const kept = [
    ...(anchors ? await believed(anchors, readAnchors(anchors, context.ring())) : []),
    ...(topic ? await anchorsInTopic(context) : []),
  ];
  const verdict = await verifyChain(await context.ledger(), { from, anchors: kept });
  if (json) context.out(`${JSON.stringify({ ...verdict, anchors: kept.length })}\n`);
  else if (verdict.ok) context.out(`${verdict.checked} record(s) from ${from}, none changed\n`);
  else context.out(`record ${verdict.seq} ${WORDS[verdict.fault]}\n`);
  if (verdict.ok && kept.length === 0) context.err('No anchors were given: a cut-off end would not be seen.\n');
  return verdict.ok ? EXIT.ok : EXIT.findings;
}

async function keepAnchor(context: Context, { file, topic, dryRun, json }: AnchorFlags): Promise<ExitCode> {
  if (dryRun) return sayHead(context, file, json);
  const stream = topic ? await openStream(context) : undefined;
  const ledger = await context.ledger();
  const anchor = await anchorHead({ ledger, ring: context.ring(), now: context.clock(), file, stream });
  if (json) context.out(`${JSON.stringify({ anchor })}\n`);
  else context.out(anchor ? `record ${anchor.seq} ${anchor.hash}\n` : '');
  if (!anchor) context.err('The record is empty: there is nothing to anchor.\n');
  return EXIT.ok;
}

async function sayHead(context: Context, file: string, json = false): Promise<ExitCode> {
  const head = await headOf(await context.ledger());
  const anchor = head && { seq: head._id, hash: head.hash };
  if (json) context.out(`${JSON.stringify({ dryRun: true, anchor })}\n`);
  else context.out(anchor ? `record ${anchor.seq} ${anchor.hash}\n` : '');
  context.err(`It would be added to ${file}. Nothing was changed.\n`);
  return EXIT.ok;
}

async function openStream(context: Context) {
  const topic = auditAnchorTopic(context.settings().TOPIC_PREFIX);
  await ensureTopics(await context.kafka(), [{ topic, partitions: 1 }]);
  return { topic, producer: await context.producer() };
}

async function anchorsInTopic(context: Context): Promise<Anchor[]> {
  const topic = auditAnchorTopic(context.settings().TOPIC_PREFIX);
  const kept = await believed(topic, readAnchorTopic(await context.kafka(), topic, context.ring()));
  if (kept === null) throw new RefusedError(`there is no topic ${topic}; \`notifyme audit anchor --topic\` makes it`);
  return kept;
}

/** An anchor that somebody else signed is a finding; a file that is not there is no reason to look less closely. */
async function believed<T>(place: string, anchors: Promise<T>): Promise<T> {
  try {
    return await anchors;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RefusedError(code === 'anchor_forged' ? `${place}: ${message}` : `${place} cannot be read (${code})`);
  }
}
