import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createText, type Text } from './text.ts';

/** One language of the pages; a new string table is a new language. */
export type PageLanguage = {
  /** BCP 47 tag, which is also the first part of every address. */
  code: string;
  /** BCP 47 tag for dates, such as `en-GB`. */
  locale: string;
  /** The language's own name. */
  name: string;
  dir: 'ltr' | 'rtl';
  text: Text;
};

export type Languages = {
  all: PageLanguage[];
  find(code: string): PageLanguage | null;
  /** The one to show when nothing else is known: a wanted code, else the first. */
  choose(wanted: (string | undefined | false)[]): PageLanguage;
};

/**
 * Reads every string table of a folder: `<code>.json`, or `<code>/*.json` where each area has a file of its own. Throws
 * with the file's name when one has a message that cannot be read, or a key that stands in two files.
 */
export function loadLanguages(dir: string): Languages {
  const all = [...tablesIn(dir)].map(([code, table]) => languageOf(code, table));
  const find = (code: string) => all.find((one) => one.code === code) ?? null;
  return {
    all,
    find,
    choose: (wanted) => {
      for (const code of wanted) {
        const found = code && find(code);
        if (found) return found;
      }
      return all[0]!;
    },
  };
}

/** The string tables of a folder, by language, in the order of their codes. */
export function tablesIn(dir: string): Map<string, Record<string, string>> {
  const entries = readdirSync(dir, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(
    entries.flatMap((entry): [string, Record<string, string>][] => {
      if (entry.isDirectory()) return [[entry.name, joined(join(dir, entry.name))]];
      return entry.name.endsWith('.json')
        ? [[entry.name.replace(/\.json$/, ''), readTable(join(dir, entry.name))]]
        : [];
    }),
  );
}

function joined(dir: string): Record<string, string> {
  const table: Record<string, string> = {};
  for (const file of readdirSync(dir).filter((name) => name.endsWith('.json'))) {
    const part = readTable(join(dir, file));
    const twice = Object.keys(part).find((key) => key in table);
    if (twice) throw new Error(`strings/${file}: "${twice}" stands in another file too`);
    Object.assign(table, part);
  }
  return table;
}

/** A string table: flat keys to ICU messages. */
export const readTable = (file: string): Record<string, string> => JSON.parse(readFileSync(file, 'utf8'));

function languageOf(code: string, table: Record<string, string>): PageLanguage {
  const dir = table['language.dir'];
  if (dir !== 'ltr' && dir !== 'rtl') throw new Error(`strings/${code}.json: language.dir is neither ltr nor rtl`);
  return {
    code,
    locale: String(table['language.locale'] ?? code),
    name: String(table['language.name']),
    dir,
    text: createText(code, table),
  };
}
