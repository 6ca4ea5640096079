import { type Command, Option } from 'commander';
import { dropKey, keyInUse, keysOf, makeKey, OVERLAP_DAYS, replaceKey } from '../../services/console/entities/keys.ts';
import { changeable } from '../../services/console/entities/tools.ts';
import { examples, jsonOption, wholeNumber } from '../arguments.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, UsageError } from '../exit.ts';
import { columns } from '../io.ts';
import type { Run } from '../run.ts';
import { asked, whoOf } from './entities/tools.ts';

type Options = { entity: string; kind: 'live' | 'test'; json?: boolean; dryRun?: boolean };
type RotateOptions = Options & { overlapDays: number };

/** `notifyme keys`: keys of entities. A key is shown once, when it is made, and stored nowhere. */
export function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('make, list, rotate and revoke the keys of entities');
  const entity = () => new Option('--entity <entity>', 'an entity of the catalogue').makeOptionMandatory();
  const dryRun = () => new Option('--dry-run', 'change nothing');
  const create = keys
    .command('create')
    .description('make a key; it is printed once, on standard output, and cannot be read again')
    .addOption(entity())
    .addOption(new Option('--kind <kind>', 'test keys send nothing').choices(['live', 'test']).default('test'))
    .addOption(dryRun())
    .addOption(jsonOption())
    .action(run(createKey));
  examples(create, 'notifyme keys create --entity sijilat --kind live | vault-write sijilat-key');
  keys
    .command('list')
    .description('list keys without their secrets')
    .addOption(entity())
    .addOption(jsonOption())
    .action(run(listKeys));
  const rotate = keys
    .command('rotate')
    .description('make the key that takes the place of another, which goes on for some days; printed once')
    .argument('<key id>', 'the middle part of the key that is replaced: nk_live_<key id>_...')
    .addOption(entity())
    .addOption(
      new Option('--overlap-days <days>', 'how long the old key goes on')
        .argParser(overlapDays)
        .default(OVERLAP_DAYS.usual),
    )
    .addOption(dryRun())
    .addOption(jsonOption())
    .action(run(rotateKey));
  examples(
    rotate,
    'notifyme keys rotate 0123456789abcdef --entity sijilat --overlap-days 14 | vault-write sijilat-key',
  );
  const revoke = keys
    .command('revoke')
    .description('revoke a key for good; it stops working within 10 seconds')
    .argument('<key id>', 'the middle part of the key: nk_live_<key id>_...')
    .addOption(entity())
    .addOption(dryRun())
    .addOption(jsonOption())
    .action(run(revokeKey));
  examples(revoke, 'notifyme keys revoke 0123456789abcdef --entity sijilat');
}

async function createKey(context: Context, { entity, kind, json, dryRun }: Options): Promise<ExitCode> {
  const tools = await toolsFor(context, entity);
  if (dryRun) {
    if (json) context.out(`${JSON.stringify({ entity, kind, dryRun: true })}\n`);
    context.err(`A ${kind} key for ${entity} would be made. Nothing was changed.\n`);
    return EXIT.ok;
  }
  const { key, keyId } = await asked(() => makeKey({ entity, kind }, whoOf(context, ''), tools));
  context.out(json ? `${JSON.stringify({ keyId, entity, kind, key })}\n` : `${key}\n`);
  context.err(`The ${kind} key ${keyId} of ${entity}: shown this once. Hand it over, do not keep it.\n`);
  return EXIT.ok;
}

async function listKeys(context: Context, { entity, json }: Options): Promise<ExitCode> {
  const rows = (await keysOf(entity, await toolsFor(context, entity))).map(({ id, kind, createdAt, state, until }) => ({
    ...{ keyId: id, kind, createdAt, state },
    revokedAt: state === 'revoked' ? until : null,
    endsAt: state === 'revoked' ? null : until,
  }));
  if (json) context.out(`${JSON.stringify({ entity, keys: rows })}\n`);
  else
    context.out(
      columns(
        rows.map(({ keyId, kind, createdAt, state, endsAt }) => [
          ...[keyId, kind, createdAt.toISOString(), state.replace('_', ' ')],
          endsAt ? endsAt.toISOString() : '',
        ]),
      ),
    );
  context.err(`${rows.length} key(s) of ${entity}\n`);
  return EXIT.ok;
}

async function rotateKey(context: Context, keyId: string, options: RotateOptions): Promise<ExitCode> {
  const { entity, overlapDays: days, json, dryRun } = options;
  const tools = await toolsFor(context, entity);
  if (dryRun) {
    const { kind } = await asked(() => keyInUse(entity, keyId, tools));
    if (json) context.out(`${JSON.stringify({ dryRun: true, entity, kind, replaces: keyId, overlapDays: days })}\n`);
    context.err(`A ${kind} key would take the place of ${keyId} in ${days} days. Nothing was changed.\n`);
    return EXIT.ok;
  }
  const which = { entity, keyId, overlapDays: days };
  const made = await asked(() => replaceKey(which, whoOf(context, ''), tools));
  const { key, kind, endsAt } = made;
  const result = { keyId: made.keyId, entity, kind, replaces: keyId, endsAt, key };
  context.out(json ? `${JSON.stringify(result)}\n` : `${key}\n`);
  context.err(`${made.keyId} takes the place of ${keyId}, which ends at ${endsAt.toISOString()}. Shown this once.\n`);
  return EXIT.ok;
}

async function revokeKey(context: Context, keyId: string, { entity, json, dryRun }: Options): Promise<ExitCode> {
  const tools = await toolsFor(context, entity);
  const { kind } = await asked(() => keyInUse(entity, keyId, tools, ['in_use', 'ending']));
  if (!dryRun) await asked(() => dropKey({ entity, keyId }, whoOf(context, ''), tools));
  if (json) context.out(`${JSON.stringify({ keyId, entity, kind, revoked: !dryRun })}\n`);
  context.err(dryRun ? `The ${kind} key ${keyId} would be revoked. Nothing was changed.\n` : `Revoked ${keyId}.\n`);
  return EXIT.ok;
}

/** Makes sure that the entity is one that may have keys. */
async function toolsFor(context: Context, entity: string) {
  const tools = { catalogue: await context.catalogue(), ledger: await context.ledger(), clock: context.clock };
  await asked(() => changeable(entity, tools));
  return tools;
}

function overlapDays(text: string): number {
  const days = wholeNumber(0)(text);
  if (days > OVERLAP_DAYS.most) throw new UsageError(`at most ${OVERLAP_DAYS.most} days`);
  return days;
}
