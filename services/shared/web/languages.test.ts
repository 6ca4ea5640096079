import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadLanguages } from './languages.ts';

describe('string tables in files by area', () => {
  let dir = '';
  const write = (area: string, table: object) => writeFileSync(join(dir, 'en', `${area}.json`), JSON.stringify(table));
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'notifyme-strings-'));
    mkdirSync(join(dir, 'en'));
    write('layout', { 'language.name': 'English', 'language.dir': 'ltr', 'layout.skip': 'Skip' });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('are one table', () => {
    write('replay', { 'replay.title': 'Replay' });
    const { text } = loadLanguages(dir).find('en')!;
    expect([text.plain('layout.skip'), text.plain('replay.title')]).toEqual(['Skip', 'Replay']);
  });

  it('may not say the same twice', () => {
    write('replay', { 'layout.skip': 'Jump' });
    expect(() => loadLanguages(dir)).toThrow('"layout.skip" stands in another file too');
  });
});
