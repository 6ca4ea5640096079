import { join, relative } from 'node:path';
import { CHANNELS, type Channel } from '../../contracts/status.ts';
import type { Catalogue, TypeEntry } from '../../services/shared/catalogue.ts';
import { BLOCK_HELPERS, LAYOUT_HELPERS, VALUE_HELPERS } from '../../services/shared/render/rewrite.ts';
import { readPart } from '../../services/shared/render/sources.ts';
import { diskTexts, type Texts, textsOver } from '../../services/shared/render/texts.ts';
import type { Fault } from './fault.ts';
import { checkFiles, reporter } from './files.ts';
import { checkSample, type Portal, type Row } from './sample.ts';
import type { Schema } from './schema.ts';
import { checkDirection } from './words.ts';

export type Result = { rows: Row[]; faults: Fault[] };

/** Checks every template of the catalogue, the sensitive notice and the layouts below `dir`. */
export function checkTemplates(dir: string, catalogue: Catalogue, portal: Portal): Result {
  const faults: Fault[] = [...checkSensitive(dir), ...checkDigest(dir), ...checkLayouts(dir)];
  const results = catalogue.entities.map(({ entity }) => checkEntity(dir, catalogue, entity, portal));
  return {
    rows: results.flatMap(({ rows }) => rows),
    faults: [...faults, ...results.flatMap((result) => result.faults)],
  };
}

/** Checks the templates of one entity: those of the version that the catalogue names, or those below `dir`. */
export function checkEntity(dir: string, catalogue: Catalogue, entity: string, portal: Portal): Result {
  const given = catalogue.templatesOf(entity);
  const texts = given ? textsOver(join(dir, entity), given, diskTexts) : diskTexts;
  const types = catalogue.entities.find((one) => one.entity === entity)?.types ?? [];
  const results = types.map(({ type }) => checkType(dir, catalogue.type(type)!, portal, texts));
  const unused = checkUnused(
    dir,
    entity,
    types.map(({ template }) => template),
    texts,
  );
  return {
    rows: results.flatMap(({ rows }) => rows),
    faults: [...unused, ...results.flatMap(({ faults }) => faults)],
  };
}

function checkType(dir: string, entry: TypeEntry, portal: Portal, texts: Texts): Result {
  const { entity, type } = entry;
  const path = join(dir, entity.entity, type.template);
  const channels = CHANNELS.filter((channel) => type.plan.some((step) => step.channels.includes(channel)));
  const schema = type.dataSchema as Schema;
  const hosts = new Set([...entity.linkHosts, portal.host]);
  const faults = [...checkNames(dir, path, schema), ...checkFiles({ dir, path, channels, schema, hosts, texts })];
  if (faults.length > 0) return { faults, rows: [] };
  return checkSample(dir, entry, channels, portal, texts);
}

/** A property with the name of a helper could never be printed. */
function checkNames(dir: string, path: string, schema: Schema): Fault[] {
  const taken = new Set<string>([...VALUE_HELPERS, ...BLOCK_HELPERS, ...LAYOUT_HELPERS, 'eq']);
  const file = relative(dir, path);
  return Object.keys(schema.properties ?? {})
    .filter((name) => taken.has(name))
    .map((name) => ({
      file,
      what: `the data property ${name} has the name of a helper`,
      mend: 'Rename it in the catalogue',
    }));
}

function checkSensitive(dir: string): Fault[] {
  const path = join(dir, 'layouts', '_sensitive');
  return checkFiles({
    dir,
    path,
    channels: [...CHANNELS] as Channel[],
    schema: {},
    hosts: new Set(),
    texts: diskTexts,
  });
}

function checkDigest(dir: string): Fault[] {
  const path = join(dir, 'layouts', '_digest');
  const schema = { type: 'object', required: ['count'], properties: { count: { type: 'integer' } } } as Schema;
  return checkFiles({ dir, path, channels: [...CHANNELS] as Channel[], schema, hosts: new Set(), texts: diskTexts });
}

function checkLayouts(dir: string): Fault[] {
  const faults: Fault[] = [];
  const source = readPart(join(dir, 'layouts'), '', 'email.html');
  const report = reporter('layouts/email.html.hbs', faults);
  if (source === null) report('the file is missing', 'Put the email layout back');
  else checkDirection(source, report);
  return faults;
}

function checkUnused(dir: string, entity: string, used: string[], { list }: Texts): Fault[] {
  return list(join(dir, entity))
    .filter((name) => !used.includes(name))
    .map((name) => ({
      file: join(entity, name),
      what: 'no event type of the catalogue uses this template',
      mend: 'Remove it or name it in a type',
    }));
}
