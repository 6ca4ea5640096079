import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadLanguages, readTable } from '../../../shared/web/languages.ts';
import { STRINGS } from './places.ts';

describe('a third language', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'notifyme-strings-'));
    cpSync(STRINGS, dir, { recursive: true });
    const urdu = { ...readTable(join(STRINGS, 'ar.json')), 'language.name': 'اردو', 'language.locale': 'ur-PK' };
    writeFileSync(join(dir, 'ur.json'), JSON.stringify(urdu));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is a file and nothing more', () => {
    const languages = loadLanguages(dir);
    expect(languages.all.map(({ code }) => code)).toEqual(['ar', 'en', 'ur']);
    expect(languages.find('ur')).toMatchObject({ name: 'اردو', dir: 'rtl', locale: 'ur-PK' });
    expect(languages.choose([false, 'fr', 'ur', 'en']).code).toBe('ur');
  });

  it('must say in which direction it is written', () => {
    writeFileSync(join(dir, 'xx.json'), '{"language.name": "X"}');
    expect(() => loadLanguages(dir)).toThrow('strings/xx.json: language.dir is neither ltr nor rtl');
  });
});
