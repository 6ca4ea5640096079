import { join } from 'node:path';
import type { Channel, Language } from '../../../contracts/status.ts';
import { fill, firstLine, fixConstants, parseBody, parseLayout } from './assemble.ts';
import { compilePart, type Part } from './engine.ts';
import type { Digits } from './intl.ts';
import { layoutConstants, styleBody } from './mail-style.ts';
import type { Output } from './output.ts';
import { FILES, type Manifest, readManifest, readPart } from './sources.ts';
import { diskTexts, type Texts } from './texts.ts';

/** The compiled parts of one template in one language. Channels without files are absent. */
export type Template = {
  sms?: Part;
  email?: { subject: Part; html: Part; text: Part };
  push?: Part;
  /** What the inbox shows: the email's words, since they are the longest, else the push, else those of the SMS. */
  inbox: Part;
};

export type Layouts = Record<'sms' | 'smsCode' | 'html' | 'text' | 'footer' | 'reference', hbs.AST.Program>;

const OUTPUTS: Record<string, Output> = {
  sms: 'sms',
  'email.subject': 'subject',
  'email.html': 'html',
  'email.text': 'text',
  push: 'push',
};

/** Reads and compiles one template. Throws an Error that names the file when one is missing or broken. */
export function compileTemplate(
  folder: string,
  language: Language,
  layouts: Layouts,
  channels: Channel[],
  texts: Texts = diskTexts,
): Template {
  const manifest = folder.endsWith('_sensitive') ? SENSITIVE : readManifest(folder, texts);
  const bodies = readBodies(folder, language, channels, texts);
  const assembled = assemble(bodies, manifest, layouts, language);
  const compiled = (name: string) => compileNamed(folder, language, name, assembled[name]!, manifest.digits);
  const inboxFrom = bodies['email.text'] ?? bodies.push ?? bodies.sms;
  return {
    ...(bodies.sms && { sms: compiled('sms') }),
    ...(bodies['email.html'] && {
      email: { subject: compiled('email.subject'), html: compiled('email.html'), text: compiled('email.text') },
    }),
    ...(bodies.push && { push: compiled('push') }),
    inbox: compilePart(inboxFrom!, { output: 'push', language, digits: manifest.digits }),
  };
}

const SENSITIVE: Manifest = { sample: {}, digits: 'latn', layout: 'notice' };

type Programs = Partial<Record<string, hbs.AST.Program>>;

function readBodies(folder: string, language: Language, channels: Channel[], texts: Texts): Programs {
  const bodies: Programs = {};
  for (const [channel, names] of Object.entries(FILES)) {
    for (const name of names) {
      const source = readPart(folder, language, name, texts);
      const file = join(folder, language, `${name}.hbs`);
      if (source !== null) bodies[name] = named(file, () => parseBody(source));
      else if (channels.includes(channel as Channel)) throw new Error(`${file}: the file is missing`);
    }
  }
  return bodies;
}

function assemble(bodies: Programs, manifest: Manifest, layouts: Layouts, language: Language): Programs {
  const sms = manifest.layout === 'code' ? layouts.smsCode : layouts.sms;
  const { 'email.html': html, 'email.text': text } = bodies;
  const out: Programs = { ...bodies };
  if (bodies.sms) out.sms = fill(sms, { body: bodies.sms });
  if (text) out['email.text'] = fill(layouts.text, { body: text });
  if (html && text) {
    const { footer, reference } = layouts;
    const parts = { body: styleBody(html, language), summary: firstLine(text), footer, reference };
    out['email.html'] = fixConstants(fill(layouts.html, parts), layoutConstants(language));
  }
  return out;
}

function compileNamed(
  folder: string,
  language: Language,
  name: string,
  program: hbs.AST.Program,
  digits: Digits,
): Part {
  const file = join(folder, language, `${name}.hbs`);
  return named(file, () => compilePart(program, { output: OUTPUTS[name]!, language, digits }));
}

/** Reads the frames of `templates/layouts/` for one language. */
export function readLayouts(dir: string, language: Language): Layouts {
  const read = (name: string, where: Language | '') => {
    const source = readPart(dir, where, name);
    const file = join(dir, where, `${name}.hbs`);
    if (source === null) throw new Error(`${file}: the file is missing`);
    return named(file, () => parseLayout(source.trimEnd()));
  };
  return {
    sms: read('sms', language),
    smsCode: read('sms.code', language),
    html: read('email.html', ''),
    text: read('email.text', language),
    footer: read('email.footer', language),
    reference: read('email.reference', language),
  };
}

function named<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}
