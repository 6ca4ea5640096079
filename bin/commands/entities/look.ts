import { diffPackages } from '../../../services/console/entities/diff.ts';
import { readPackage } from '../../../services/console/entities/files.ts';
import { withMarks } from '../../../services/console/entities/marks.ts';
import { type PreviewMessage, previewType } from '../../../services/console/entities/preview.ts';
import { packageAt } from '../../../services/console/entities/publish.ts';
import { listEntities, showEntity } from '../../../services/console/entities/show.ts';
import { recordOf } from '../../../services/console/entities/store.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, UsageError } from '../../exit.ts';
import { columns } from '../../io.ts';
import { asked, toolsOf } from './tools.ts';

type JsonOption = { json?: boolean };
export type PreviewOptions = JsonOption & { lang?: string; channel?: string; version?: number; folder?: string };
export type DiffOptions = JsonOption & { from?: string; to?: string };

/** All entities, a line each. */
export async function list(context: Context, { json }: JsonOption): Promise<ExitCode> {
  const rows = await listEntities(await toolsOf(context));
  if (json) context.out(`${JSON.stringify({ entities: rows })}\n`);
  else
    context.out(
      columns(
        rows.map(({ entity, state, version, types, title }) => [
          ...[entity, state, version === null ? 'files' : `version ${version}`, `${types} types`, title.en],
        ]),
      ),
    );
  context.err(`${rows.length} entities\n`);
  return EXIT.ok;
}

/** Everything about one entity. */
export async function show(context: Context, entity: string, { json }: JsonOption): Promise<ExitCode> {
  const view = await showEntity(entity, await toolsOf(context));
  if (!view) throw new UsageError(`"${entity}" is not in the catalogue`);
  if (json) {
    context.out(`${JSON.stringify(view)}\n`);
    return EXIT.ok;
  }
  const { grants } = view;
  context.out(
    columns([
      ['entity', `${entity} (${view.title.en})`],
      ['state', view.state],
      ['in force', view.version === null ? 'deployed files' : `version ${view.version}`],
      ['mandatory', grants.mandatory ? 'yes' : 'no'],
      ['lanes', grants.lanes.join(', ')],
      ['audiences', grants.audience ? 'yes' : 'no'],
      ['quota', grants.quotaPerMinute === null ? 'none' : `${grants.quotaPerMinute} a minute`],
      ['sender', view.smsSender],
      ...view.typesInForce.map(({ type, lane }, at) => [at === 0 ? 'types' : '', `${type} (${lane})`]),
      ...view.versions.map(({ version, by, at }) => [`version ${version}`, `${at.toISOString()} by ${by}`]),
      ...view.keys.map(({ id, kind, state, until }) => [
        `key ${id}`,
        `${kind}, ${state}${until ? ` ${until.toISOString()}` : ''}`,
      ]),
    ]),
  );
  return EXIT.ok;
}

/** Every message of a type, from its sample. */
export async function preview(context: Context, type: string, options: PreviewOptions): Promise<ExitCode> {
  const tools = await toolsOf(context);
  const made = await asked(async () => previewType(type, await packageFor(type, options, tools), tools));
  const messages = made.messages.filter(
    ({ language, channel }) =>
      (options.lang === undefined || language === options.lang) &&
      (options.channel === undefined || channel === options.channel),
  );
  if (options.json) context.out(`${JSON.stringify({ ...made, messages })}\n`);
  else context.out(messages.map(readable).join('\n'));
  return EXIT.ok;
}

type Tools = Awaited<ReturnType<typeof toolsOf>>;

async function packageFor(type: string, { version, folder }: PreviewOptions, tools: Tools) {
  if (folder !== undefined) return readPackage(folder) as Awaited<ReturnType<typeof packageAt>>;
  const entity = tools.catalogue.type(type)?.entity.entity ?? entityByPrefix(type, tools);
  return packageAt(entity, version ?? (await recordOf(entity, tools.ledger))?.version ?? null, tools);
}

function entityByPrefix(type: string, { catalogue }: Tools): string {
  const entry = catalogue.entities.find(({ typePrefix }) => type.startsWith(typePrefix));
  if (!entry) throw new UsageError(`no entity has event types that begin like ${type}`);
  return entry.entity;
}

const readable = ({ language, channel, parts, sms }: PreviewMessage): string => {
  const cost = sms ? ` (${sms.encoding}, ${sms.units} units, ${sms.segments} segments)` : '';
  const texts = parts.filter(({ part }) => part !== 'html').map(({ part, text }) => `${part}: ${withMarks(text)}`);
  return `--- ${channel} ${language}${cost}\n${texts.join('\n')}\n`;
};

/** What is different between two versions, as a patch. */
export async function diff(context: Context, entity: string, { from, to, json }: DiffOptions): Promise<ExitCode> {
  const tools = await toolsOf(context);
  const view = await showEntity(entity, tools);
  if (!view) throw new UsageError(`"${entity}" is not in the catalogue`);
  const [one, other] = [sideOf(from, view.version), sideOf(to, view.versions[0]?.version ?? null)];
  const files = await asked(async () =>
    diffPackages(await packageAt(entity, one, tools), await packageAt(entity, other, tools)),
  );
  if (json) context.out(`${JSON.stringify({ entity, from: one, to: other, files })}\n`);
  for (const { file, change, pieces } of json ? [] : files) {
    context.out(`${change} ${file}\n`);
    for (const { from: old, to: now, lines } of pieces) {
      context.out(`@@ ${old} ${now}\n`);
      for (const { kind, text } of lines) {
        const line = `${kind === 'added' ? '+' : kind === 'removed' ? '-' : ' '}${withMarks(text)}\n`;
        context.out(kind === 'same' ? line : context.paint(kind === 'added' ? 'green' : 'red', line));
      }
    }
  }
  context.err(`${files.length} files are different\n`);
  return EXIT.ok;
}

function sideOf(text: string | undefined, otherwise: number | null): number | null {
  if (text === undefined) return otherwise;
  if (text === 'files') return null;
  if (!/^\d{1,6}$/.test(text)) throw new UsageError('a version is a number, or "files"');
  return Number(text);
}
