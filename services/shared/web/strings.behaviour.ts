import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { tablesIn } from './languages.ts';

export type StringsOf = {
  /** Folder of the string tables. */
  strings: string;
  /** Folders whose views and code name keys. */
  views: string[];
  code: string[];
  /** Texts that are right in every language as they stand. */
  sameOnPurpose?: string[];
};

type Element = { type: number; value: string; options?: Record<string, { value: Element[] }> };
const LITERAL = 0;
const POUND = 7;

/** The names of a message's values, those inside its forms too. */
function argumentsOf(message: string): string {
  const names = (elements: Element[]): string[] =>
    elements.flatMap(({ type, value, options = {} }) => [
      ...(type === LITERAL || type === POUND ? [] : [value]),
      ...Object.values(options).flatMap((option) => names(option.value)),
    ]);
  const ast = new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst() as Element[];
  return [...new Set(names(ast))].sort().join();
}

const textOf = (dirs: string[], suffix: string): string =>
  dirs
    .flatMap((dir) => readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((file) => `${dir}/${file}`))
    .filter((file) => file.endsWith(suffix) && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');

/** What the string tables of pages must have right, whatever the pages are. */
export function stringTables({ strings, views, code, sameOnPurpose = [] }: StringsOf): void {
  const tables = tablesIn(strings);
  const english = tables.get('en')!;

  it('there are at least Arabic and English', () =>
    expect([...tables.keys()]).toEqual(expect.arrayContaining(['ar', 'en'])));

  describe.each([...tables].filter(([one]) => one !== 'en'))('%s', (language, table) => {
    it('has the keys of the English table, no more and no fewer', () =>
      expect(Object.keys(table).sort()).toEqual(Object.keys(english).sort()));

    it('has no empty text, and none that was left in English', () => {
      const same = Object.keys(english).filter((key) => table[key] === english[key] && !sameOnPurpose.includes(key));
      expect(same).toEqual([]);
      expect(Object.keys(table).filter((key) => table[key]!.trim() === '')).toEqual([]);
    });

    it('names the same values in every message', () => {
      const other = Object.keys(english).filter((key) => argumentsOf(table[key]!) !== argumentsOf(english[key]!));
      expect(other).toEqual([]);
    });

    it('has every plural form of its language wherever it counts', () => {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      const counting = Object.entries(table).filter(([, message]) => message.includes(', plural,'));
      expect(counting.length).toBeGreaterThan(0);
      for (const [key, message] of counting)
        for (const form of forms) expect(`${key}: ${message}`).toContain(`${form} {`);
    });
  });

  it('has every key that a view names', () => {
    const named = [...textOf(views, '.hbs').matchAll(/\{\{(?:t|plain) '([^']+)'/g)].map(([, key]) => key!);
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((key) => !(key in english))).toEqual([]);
  });

  it('has no key that nothing names', () => {
    const text = `${textOf(code, '.ts')}\n${textOf(views, '.hbs')}`;
    const templates = [...text.matchAll(/`([a-z][\w.]*)\.?\$\{/gi)].map(([, start]) => start!);
    const unnamed = Object.keys(english).filter(
      (key) => !text.includes(`'${key}'`) && !templates.some((start) => key.startsWith(start)),
    );
    expect(unnamed.filter((key) => !key.startsWith('language.'))).toEqual([]);
  });
}
