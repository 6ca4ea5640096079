import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Where the texts of templates come from. Paths are those of files, whether there are files or not. */
export type Texts = {
  /** The text, in NFC (UAX #15); null when there is none. */
  read(path: string): string | null;
  /** Names in a folder, in order; none when there is no such folder. */
  list(folder: string): string[];
};

/** Texts as files. */
export const diskTexts: Texts = {
  read: (path) => unless(() => readFileSync(path, 'utf8').normalize('NFC')),
  list: (folder) => unless(() => readdirSync(folder).sort()) ?? [],
};

/** In place of one folder and all below it: the given texts, by their path below that folder, with `/`. */
export function textsOver(root: string, given: Readonly<Record<string, string>>, others: Texts): Texts {
  const inside = (path: string) => path === root || path.startsWith(`${root}${sep}`);
  const below = (path: string) => path.slice(root.length + 1).replaceAll(sep, '/');
  return {
    read(path) {
      if (!inside(path)) return others.read(path);
      const name = below(path);
      return Object.hasOwn(given, name) ? given[name]!.normalize('NFC') : null;
    },
    list(folder) {
      if (!inside(folder)) return others.list(folder);
      const start = folder === root ? '' : `${below(folder)}/`;
      const names = Object.keys(given).filter((name) => name.startsWith(start));
      return [...new Set(names.map((name) => name.slice(start.length).split('/', 1)[0]!))].sort();
    },
  };
}

/** Every text below a folder, by its path there. */
export function textsBelow(root: string, { read, list }: Texts, folder = root): Record<string, string> {
  return Object.fromEntries(
    list(folder).flatMap((name) => {
      const path = join(folder, name);
      const text = /\.(hbs|json)$/.test(name) ? read(path) : null;
      if (text !== null) return [[path.slice(root.length + 1).replaceAll(sep, '/'), text]];
      return Object.entries(textsBelow(root, { read, list }, path));
    }),
  );
}

function unless<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
