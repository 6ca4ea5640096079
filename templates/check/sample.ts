import { join, relative } from 'node:path';
import { type Channel, LANGUAGES, type Language } from '../../contracts/status.ts';
import type { TypeEntry } from '../../services/shared/catalogue.ts';
import { countSegments, createRenderer, type Renderer } from '../../services/shared/render/index.ts';
import { type Manifest, readManifest } from '../../services/shared/render/sources.ts';
import { type Texts, textsBelow } from '../../services/shared/render/texts.ts';
import type { Fault, Report } from './fault.ts';
import { reporter } from './files.ts';
import { checkBalance } from './words.ts';

/** What an SMS of a type costs: its sample, as sent. */
export type Row = {
  type: string;
  language: Language;
  sent: 'open' | 'sensitive';
  encoding: string;
  units: number;
  segments: number;
};

export type Portal = { name: Record<Language, string>; host: string };

/** The sample follows the data schema, and every channel renders with it, in both languages. */
export function checkSample(
  dir: string,
  entry: TypeEntry,
  channels: Channel[],
  portal: Portal,
  texts: Texts,
): { faults: Fault[]; rows: Row[] } {
  const faults: Fault[] = [];
  const folder = join(dir, entry.entity.entity, entry.type.template);
  const report = reporter(relative(dir, join(folder, 'template.json')), faults);
  try {
    const manifest = readManifest(folder, texts);
    for (const { pointer, message } of entry.validateData(manifest.sample)) {
      report(`the sample does not follow the data schema: ${pointer || '/'} ${message}`, 'Mend the sample');
    }
    if (faults.length > 0) return { faults, rows: [] };
    const given = textsBelow(join(dir, entry.entity.entity), texts);
    const renderer = createRenderer({
      dir,
      catalogue: { entities: [{ ...entry.entity, types: [entry.type] }], templatesOf: () => given },
      portal,
    });
    return {
      faults,
      rows: renderAll(renderer, entry, channels, manifest, { folder: relative(dir, folder), faults }),
    };
  } catch (error) {
    report(String((error as Error).message).replaceAll(`${dir}/`, ''), 'Mend the template or its sample');
    return { faults, rows: [] };
  }
}

type Place = { folder: string; faults: Fault[] };

function renderAll(renderer: Renderer, entry: TypeEntry, channels: Channel[], manifest: Manifest, place: Place): Row[] {
  const { type, sensitivity } = entry.type;
  const rows: Row[] = [];
  for (const language of LANGUAGES) {
    for (const channel of channels) {
      const request = { type, language, channel, data: manifest.sample, notificationId: 'n_7a2b3c4d' };
      // Of a sensitive type the messages say nothing, but the inbox shows what its own templates make.
      if (sensitivity === 'sensitive') renderer.render({ ...request, sensitivity: 'open' });
      const message = renderer.render({ ...request, sensitivity });
      const report = reporter(join(place.folder, language), place.faults);
      if (message.channel === 'email') checkBalance(message.html, report);
      if (message.channel === 'push' && !message.body) report('the push has no body', 'Write title, empty line, body');
      if (message.channel !== 'sms') continue;
      const { encoding, units, segments } = countSegments(message.text);
      rows.push({ type, language, sent: sensitivity, encoding, units, segments });
      if (manifest.layout === 'code') checkCode(renderer, entry, language, manifest, { ...place, report });
    }
  }
  return rows;
}

/** A code stands in the first 12 characters and in the last line, bound to any host of the entity, in one part. */
function checkCode(
  renderer: Renderer,
  entry: TypeEntry,
  language: Language,
  manifest: Manifest,
  place: Place & { report: Report },
): void {
  const { type } = entry.type;
  const { code } = manifest.sample as { code: string };
  for (const host of entry.entity.linkHosts) {
    const data = { ...manifest.sample, host };
    if (entry.validateData(data).length > 0) continue;
    const request = {
      type,
      language,
      channel: 'sms',
      data,
      notificationId: 'n_7a2b3c4d',
      sensitivity: 'open',
    } as const;
    const message = renderer.render(request);
    if (message.channel !== 'sms') continue;
    const { report } = place;
    const over = countSegments(message.text);
    if (message.segments > 1) {
      report(
        `sms.hbs: a code must fit one SMS; with host ${host} it has ${over.units} units (${over.encoding})`,
        'Shorten it',
      );
    }
    if (message.text.slice(0, 12).indexOf(code) === -1) {
      report('sms.hbs: the code must stand in the first 12 characters', 'Begin with {{code}}');
    }
    if (message.text.split('\n').at(-1) !== `@${host} #${code}`)
      report('sms.hbs: the last line must bind the code', 'Keep the layout');
  }
}
