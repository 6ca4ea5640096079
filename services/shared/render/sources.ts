import { join } from 'node:path';
import type { Channel, Language } from '../../../contracts/status.ts';
import type { Digits } from './intl.ts';
import { diskTexts, type Texts } from './texts.ts';

/** The files a channel needs, without `.hbs`. */
export const FILES: Record<Channel, readonly string[]> = {
  sms: ['sms'],
  email: ['email.subject', 'email.html', 'email.text'],
  push: ['push'],
};

/** What template.json says. */
export type Manifest = { sample: Record<string, unknown>; digits: Digits; layout: 'notice' | 'code'; notes?: string };

/** Reads template.json of one template. Throws with the file's name when it is missing or wrong. */
export function readManifest(folder: string, texts = diskTexts): Manifest {
  const file = join(folder, 'template.json');
  const found = readJson(file, texts);
  const { sample, digits = 'latn', layout = 'notice' } = found;
  if (typeof sample !== 'object' || sample === null) throw new Error(`${file}: "sample" must be an object`);
  if (digits !== 'latn' && digits !== 'arab') throw new Error(`${file}: "digits" must be latn or arab`);
  if (layout !== 'notice' && layout !== 'code') throw new Error(`${file}: "layout" must be notice or code`);
  return { ...found, digits, layout } as Manifest;
}

/** Text of one part, or null when the file is not there. */
export const readPart = (folder: string, language: Language | '', name: string, texts = diskTexts): string | null =>
  texts.read(join(folder, language, `${name}.hbs`));

function readJson(file: string, { read }: Texts): Record<string, unknown> {
  const text = read(file);
  if (text === null) throw new Error(`${file}: the file is missing`);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}
