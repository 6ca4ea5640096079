import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '../../../shared/problems/index.ts';
import { readTable } from '../../../shared/web/languages.ts';
import { stringTables } from '../../../shared/web/strings.behaviour.ts';
import { STRINGS, VIEWS } from './places.ts';

const SHARED_PARTS = join(import.meta.dirname, '..', '..', '..', 'shared', 'web', 'parts');

describe('string tables of the portal', () => {
  stringTables({
    strings: STRINGS,
    views: [VIEWS, SHARED_PARTS],
    code: [join(import.meta.dirname, '..')],
    sameOnPurpose: ['notice.title'],
  });

  it('has words for every fault of an address or a code', () => {
    const english = readTable(join(STRINGS, 'en.json'));
    const typed = Object.keys(PROBLEMS).filter((code) => /^(number|email|code)_/.test(code));
    expect(typed.length).toBeGreaterThan(8);
    expect(typed.filter((code) => !(`problem.${code}` in english))).toEqual([]);
  });
});
