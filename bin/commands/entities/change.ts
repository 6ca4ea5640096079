import { checkPackage } from '../../../services/console/entities/check.ts';
import { diffPackages } from '../../../services/console/entities/diff.ts';
import { readPackage } from '../../../services/console/entities/files.ts';
import { packageAt, proposeVersion, putInForce } from '../../../services/console/entities/publish.ts';
import { registerEntity } from '../../../services/console/entities/register.ts';
import { foreseeRights, type Grants, grantRights, setState } from '../../../services/console/entities/rights.ts';
import { recordOf } from '../../../services/console/entities/store.ts';
import { changeable } from '../../../services/console/entities/tools.ts';
import type { EntityState } from '../../../services/shared/catalogue.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, RefusedError, UsageError } from '../../exit.ts';
import { asked, toolsOf, whoOf } from './tools.ts';

type ChangeOptions = { because: string; dryRun?: boolean; json?: boolean };
export type PublishOptions = ChangeOptions & { version?: number; files?: boolean };
export type GrantOptions = ChangeOptions & {
  mandatory?: 'yes' | 'no';
  audience?: 'yes' | 'no';
  lanes?: Grants['lanes'];
  quota?: number | null;
};

/** Registers the entity that a folder holds; it begins in test. */
export async function register(context: Context, folder: string, options: ChangeOptions): Promise<ExitCode> {
  const tools = await toolsOf(context);
  const given = await asked(() => readPackage(folder));
  const { because, dryRun, json } = options;
  if (dryRun) {
    const checked = await asked(() => checkPackage(given, tools));
    const { entity, grants, types } = checked.package.catalogue;
    if (tools.catalogue.entities.some((one) => one.entity === entity))
      throw new RefusedError(`${entity} is there already: publish a version of it`);
    if (json)
      context.out(`${JSON.stringify({ dryRun: true, entity, grants, types: types.length, sms: checked.rows })}\n`);
    context.err(`${entity} has no fault: ${types.length} types. Nothing was changed.\n`);
    return EXIT.ok;
  }
  const done = await asked(() => registerEntity(given, whoOf(context, because), tools));
  const { entity, version, topics, access } = done;
  if (json) context.out(`${JSON.stringify({ dryRun: false, entity, version, topics, access, state: 'test' })}\n`);
  context.err(`${entity} is registered, in test: \`notifyme entities live ${entity}\` lets it reach people.\n`);
  if (access === 'none') context.err('The broker has no access control, so no rules were made.\n');
  return EXIT.ok;
}

/** Puts a version in force: the one that a folder makes, a stored one, or the deployed files. */
export async function publish(
  context: Context,
  entity: string,
  folder: string | undefined,
  options: PublishOptions,
): Promise<ExitCode> {
  const { because, dryRun, version, files: toFiles } = options;
  if ([folder, version, toFiles].filter((one) => one !== undefined && one !== false).length !== 1)
    throw new UsageError('name one of: a folder, --version <number>, --files');
  const tools = await toolsOf(context);
  await asked(() => changeable(entity, tools));
  if (folder === undefined) return publishStored(context, entity, version ?? null, options);
  const given = await asked(() => readPackage(folder));
  const checked = await asked(() => checkPackage(given, tools));
  const named = checked.package.catalogue.entity;
  if (named !== entity) throw new UsageError(`that package is of ${named}, not of ${entity}`);
  for (const type of checked.ungranted)
    context.err(`${type} asks for a right that ${entity} has not: grant it first.\n`);
  if (dryRun) {
    const before = (await recordOf(entity, tools.ledger))?.version ?? null;
    const now = await asked(() => packageAt(entity, before, tools));
    const changed = diffPackages(now, JSON.parse(checked.content)).map(({ file, change }) => ({ file, change }));
    return told(
      context,
      options,
      { dryRun: true, entity, changed, ungranted: checked.ungranted },
      'Nothing was changed.',
    );
  }
  const stored = await asked(() => proposeVersion(given, whoOf(context, because), tools));
  const done = await asked(() => putInForce(entity, stored.version, whoOf(context, because), tools));
  const said = `Version ${stored.version} of ${entity} is in force in every process within seconds.`;
  return told(context, options, { dryRun: false, entity, ...done, ungranted: checked.ungranted }, said);
}

async function publishStored(
  context: Context,
  entity: string,
  version: number | null,
  options: PublishOptions,
): Promise<ExitCode> {
  const tools = await toolsOf(context);
  if (options.dryRun) {
    await asked(async () => checkPackage(await packageAt(entity, version, tools), tools));
    return told(context, options, { dryRun: true, entity, after: version }, 'It has no fault. Nothing was changed.');
  }
  const done = await asked(() => putInForce(entity, version, whoOf(context, options.because), tools));
  const name = version === null ? 'What was deployed' : `Version ${version}`;
  return told(context, options, { dryRun: false, entity, ...done }, `${name} is in force for ${entity}.`);
}

/** Grants or takes rights; what is not named stays. */
export async function grant(context: Context, entity: string, options: GrantOptions): Promise<ExitCode> {
  const { mandatory, audience, lanes, quota, because, dryRun } = options;
  const yes = (word: string | undefined) => (word === undefined ? undefined : word === 'yes');
  const change = { mandatory: yes(mandatory), audience: yes(audience), lanes, quotaPerMinute: quota };
  const tools = await toolsOf(context);
  const { before, after } = await asked(() =>
    dryRun ? foreseeRights(entity, change, tools) : grantRights(entity, change, whoOf(context, because), tools),
  );
  const said = dryRun ? 'Nothing was changed.' : `${entity} has these rights in every process within seconds.`;
  return told(context, options, { dryRun: dryRun === true, entity, before, after }, said);
}

/** `notifyme entities suspend|live|test`. */
export async function changeState(
  context: Context,
  state: EntityState,
  entity: string,
  options: ChangeOptions,
): Promise<ExitCode> {
  const tools = await toolsOf(context);
  await asked(() => changeable(entity, tools));
  const before = tools.catalogue.stateOf(entity);
  if (options.dryRun)
    return told(
      context,
      options,
      { dryRun: true, entity, before, after: state },
      `It is ${before}. Nothing was changed.`,
    );
  await asked(() => setState(entity, state, whoOf(context, options.because), tools));
  const said = `${entity} is ${STATE_NAMES[state]} in every process within seconds.`;
  return told(context, options, { dryRun: false, entity, before, after: state }, said);
}

const STATE_NAMES: Record<EntityState, string> = { test: 'in test', live: 'live', suspended: 'suspended' };

function told(context: Context, { json }: { json?: boolean }, result: object, said: string): ExitCode {
  if (json) context.out(`${JSON.stringify(result)}\n`);
  context.err(`${said}\n`);
  return EXIT.ok;
}
