import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Channel, LANGUAGES, type Language } from '../../../contracts/status.ts';
import { createRenderer, type RenderCatalogue, type Renderer } from './index.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', '..', 'templates');

/** The one event type of the invented entity that tests render. */
export const TYPE = 'bh.gov.sample.office.case.moved.v1';
export const ENTITY = { en: 'Sample Office', ar: 'مكتب المثال' };
export const PORTAL = { name: { en: 'NotifyMe', ar: 'أبلغني' }, host: 'portal.example' };

export type Fixture = {
  /** Text of parts by name, the same for both languages, or `en/sms` for one. */
  parts: Record<string, string>;
  sample: Record<string, unknown>;
  manifest?: Record<string, unknown>;
  linkHosts?: string[];
};

/** Lends `use` a folder with the files of one template and the real layouts, and removes it afterwards. */
export function withTemplate<T>(fixture: Fixture, use: (dir: string) => T): T {
  const dir = writeTemplate(fixture);
  try {
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function writeTemplate({ parts, sample, manifest }: Fixture): string {
  const dir = mkdtempSync(join(tmpdir(), 'templates-'));
  cpSync(join(TEMPLATES, 'layouts'), join(dir, 'layouts'), { recursive: true });
  const put = (name: string, text: string) => {
    const file = join(dir, 'sample', 'case-moved', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  put('template.json', JSON.stringify({ sample, ...manifest }));
  for (const [name, text] of Object.entries(parts)) {
    const languages = name.includes('/') ? [''] : LANGUAGES.map((language) => `${language}/`);
    for (const language of languages) put(`${language}${name}.hbs`, text);
  }
  return dir;
}

/** A catalogue with that one type, whose plan has the channels that the parts are for. */
export function catalogueOf({ parts, linkHosts = [] }: Fixture): RenderCatalogue {
  const has = (name: string) => Object.keys(parts).some((key) => key.endsWith(name));
  const channels = [has('sms') && 'sms', has('email.html') && 'email', has('push') && 'push'].filter(Boolean);
  const type = { type: TYPE, title: { en: 'Case moved', ar: 'انتقال المعاملة' }, template: 'case-moved' };
  const plan = [{ channels: channels as Channel[] }];
  return { entities: [{ entity: 'sample', title: ENTITY, linkHosts, types: [{ ...type, plan }] }] };
}

export const rendererOf = (fixture: Fixture): Renderer =>
  withTemplate(fixture, (dir) => createRenderer({ dir, catalogue: catalogueOf(fixture), portal: PORTAL }));

/** The five outputs of one event in one language; a channel that the fixture has no parts for is empty. */
export type Outputs = { sms: string; subject: string; html: string; text: string; title: string; body: string };

/** Renders every channel of the fixture with `data`. */
export function outputsOf(fixture: Fixture, language: Language, data: unknown = fixture.sample): Outputs {
  const renderer = rendererOf(fixture);
  const outputs: Outputs = { sms: '', subject: '', html: '', text: '', title: '', body: '' };
  for (const channel of catalogueOf(fixture).entities[0]!.types[0]!.plan[0]!.channels) {
    const request = { type: TYPE, language, channel, data, notificationId: 'n_1a2b3c4d5e6f' };
    const message = renderer.render({ ...request, sensitivity: 'open' });
    if (message.channel === 'sms') outputs.sms = message.text;
    else Object.assign(outputs, message);
  }
  return outputs;
}

/** Parts for all channels around one snippet. */
export const everywhere = (snippet: string): Record<string, string> => ({
  sms: snippet,
  'email.subject': snippet,
  'email.html': `<p>${snippet}</p>`,
  'email.text': snippet,
  push: `${snippet}\n\n${snippet}`,
});
