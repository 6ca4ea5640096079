import { join, relative } from 'node:path';
import { type Channel, LANGUAGES, type Language } from '../../contracts/status.ts';
import { parseBody } from '../../services/shared/render/assemble.ts';
import { FILES, readPart } from '../../services/shared/render/sources.ts';
import type { Texts } from '../../services/shared/render/texts.ts';
import type { Fault, Report } from './fault.ts';
import type { Schema } from './schema.ts';
import { checkVariables } from './variables.ts';
import { checkWords } from './words.ts';

export type Folder = {
  dir: string;
  path: string;
  channels: Channel[];
  schema: Schema;
  hosts: ReadonlySet<string>;
  texts: Texts;
};

/** Checks every file of one template: it is there, it parses, its words and its variables follow the rules. */
export function checkFiles(folder: Folder): Fault[] {
  const faults: Fault[] = [];
  for (const names of Object.values(FILES)) {
    for (const name of names) {
      const used = LANGUAGES.map((language) => checkFile(folder, language, name, faults));
      if (used[0] && used[1]) sameVariables(folder, name, used as Set<string>[], faults);
    }
  }
  for (const language of LANGUAGES) strangers(folder, language, faults);
  return faults;
}

function checkFile(folder: Folder, language: Language, name: string, faults: Fault[]): Set<string> | null {
  const path = join(folder.path, language);
  const report = reporter(relative(folder.dir, join(path, `${name}.hbs`)), faults);
  const source = readPart(path, '', name, folder.texts);
  if (source === null) {
    const channel = (Object.keys(FILES) as Channel[]).find((key) => FILES[key].includes(name))!;
    if (folder.channels.includes(channel)) report('the file is missing', `The plan of the type uses ${channel}`);
    return null;
  }
  checkWords({ name, source, language, hosts: folder.hosts }, report);
  try {
    return checkVariables(parseBody(source), folder.schema, language, report);
  } catch (error) {
    report(
      `it does not parse: ${String((error as Error).message).split('\n')[0]}`,
      'See templates/README.md for what can be written',
    );
    return null;
  }
}

/** Both languages must say the same; `nameAr` in the one stands for `nameEn` in the other. */
function sameVariables(folder: Folder, name: string, used: Set<string>[], faults: Fault[]): void {
  const sets = used.map((paths) => new Set([...paths].map((path) => path.replace(/(Ar|En)$/, ''))));
  for (const [index, language] of LANGUAGES.entries()) {
    const missing = [...sets[1 - index]!].filter((path) => !sets[index]!.has(path));
    if (missing.length === 0) continue;
    const file = relative(folder.dir, join(folder.path, language, `${name}.hbs`));
    const mend = 'Both languages must tell the same';
    faults.push({ file, what: `it leaves out ${missing.join(', ')}, which the other language says`, mend });
  }
}

function strangers(folder: Folder, language: Language, faults: Fault[]): void {
  const path = join(folder.path, language);
  const known = new Set(Object.values(FILES).flatMap((names) => names.map((name) => `${name}.hbs`)));
  for (const file of folder.texts.list(path).filter((entry) => !known.has(entry))) {
    const report = reporter(relative(folder.dir, join(path, file)), faults);
    report('no channel reads this file', `Names: ${[...known].join(', ')}`);
  }
}

/** Notes faults of one file. */
export const reporter =
  (file: string, faults: Fault[]): Report =>
  (what, mend) => {
    faults.push({ file, what, mend });
  };
