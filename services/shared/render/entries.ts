import { join } from 'node:path';
import { CHANNELS, type Channel, type Language } from '../../../contracts/status.ts';
import { compileTemplate, readLayouts, type Template } from './compile.ts';
import { TemplateError } from './errors.ts';
import { diskTexts, type Texts, textsOver } from './texts.ts';

export type Bilingual = Record<Language, string>;

type RenderEntity = { entity: string; title: Bilingual; linkHosts: string[] };
type RenderType = { type: string; title: Bilingual; template: string; plan: { channels: Channel[] }[] };

/**
 * The part of the catalogue that rendering needs; contracts/catalog/<entity>.json has it. One that changes while the
 * process runs is asked by `type` at every message, and gives the templates of a published version by `templatesOf`.
 */
export type RenderCatalogue = {
  readonly entities: (RenderEntity & { types: RenderType[] })[];
  type?(type: string): { entity: RenderEntity; type: RenderType } | null;
  templatesOf?(entity: string): Readonly<Record<string, string>> | null;
};

export type RendererSettings = {
  /** The folder `templates/`. */
  dir: string;
  catalogue: RenderCatalogue;
  /** Name and host (with its port, if it has one) of the portal, such as `notifyme.bh.example`. */
  portal: { name: Bilingual; host: string };
};

/** An event type, ready to be rendered. */
export type Entry = {
  title: Bilingual;
  entity: Bilingual;
  hosts: ReadonlySet<string>;
  template: Record<Language, Template>;
};

/**
 * What the catalogue's types are rendered by, compiled when first asked for, and the two layouts that stand for content.
 * `find` throws TemplateError for a type that is not in the catalogue, or whose templates cannot be used.
 */
export function createEntries({ dir, catalogue, portal }: RendererSettings) {
  const layouts = byLanguage((language) => readLayouts(join(dir, 'layouts'), language));
  const compile = (folder: string, channels: Channel[], texts: Texts) =>
    byLanguage((language) => compileTemplate(folder, language, layouts[language], channels, texts));
  const layout = (name: string) => compile(join(dir, 'layouts', name), [...CHANNELS], diskTexts);
  const known = catalogue.type ?? finderIn(catalogue);
  // By the type as the catalogue holds it: another version of an entity holds other ones.
  const compiled = new WeakMap<object, Entry>();

  const compileType = (entity: RenderEntity, { title, template, plan }: RenderType): Entry => {
    const given = catalogue.templatesOf?.(entity.entity);
    const home = join(dir, entity.entity);
    const texts = given ? textsOver(home, given, diskTexts) : diskTexts;
    const hosts = new Set([...entity.linkHosts, portal.host]);
    return { title, entity: entity.title, hosts, template: compile(join(home, template), channelsOf(plan), texts) };
  };
  const find = (type: string): Entry => {
    const found = known(type);
    if (!found) throw new TemplateError('unknown_type', `no template for event type ${type}`);
    const entry = compiled.get(found.type) ?? tried(() => compileType(found.entity, found.type));
    compiled.set(found.type, entry);
    return entry;
  };
  return { sensitive: layout('_sensitive'), digest: layout('_digest'), find };
}

function finderIn({ entities }: RenderCatalogue) {
  const found = new Map(
    entities.flatMap((entity) => entity.types.map((type) => [type.type, { entity, type }] as const)),
  );
  return (type: string) => found.get(type) ?? null;
}

function tried<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof TemplateError ? error : new TemplateError('bad_template', (error as Error).message);
  }
}

/** Every channel of a plan, once. */
export const channelsOf = (plan: { channels: Channel[] }[]): Channel[] => [
  ...new Set(plan.flatMap((step) => step.channels)),
];

const byLanguage = <T>(make: (language: Language) => T): Record<Language, T> => ({ ar: make('ar'), en: make('en') });
