import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../shared/catalogue.ts';
import type { EntityPackage } from '../../shared/entities/package.ts';
import { diffPackages } from './diff.ts';
import { runsOf, withMarks } from './marks.ts';

const catalogue = loadCatalogue().entities.find(({ entity }) => entity === 'ekey')!;
const lines = (middle: string) =>
  ['one', 'two', 'three', 'four', middle, 'six', 'seven', 'eight', 'nine', ''].join('\n');
const made = (templates: Record<string, string>, smsSender = 'eKey'): EntityPackage => ({
  catalogue: { ...catalogue, smsSender },
  templates,
});

describe('the difference between two versions', () => {
  it('is nothing between a version and itself', () => {
    expect(diffPackages(made({ 'a/en/sms.hbs': 'x' }), made({ 'a/en/sms.hbs': 'x' }))).toEqual([]);
  });

  it('shows a changed line with three around it, and where it stands', () => {
    const [diff, ...more] = diffPackages(
      made({ 'a/en/sms.hbs': lines('five') }),
      made({ 'a/en/sms.hbs': lines('FIVE') }),
    );
    expect(more).toEqual([]);
    expect(diff).toEqual({
      file: 'a/en/sms.hbs',
      change: 'changed',
      pieces: [
        {
          ...{ from: 2, to: 2 },
          lines: [
            ...['two', 'three', 'four'].map((text) => ({ kind: 'same', text })),
            { kind: 'removed', text: 'five' },
            { kind: 'added', text: 'FIVE' },
            ...['six', 'seven', 'eight'].map((text) => ({ kind: 'same', text })),
          ],
        },
      ],
    });
  });

  it('names files that came and went, and what changed in the catalogue', () => {
    const diff = diffPackages(made({ 'a/en/sms.hbs': 'x\n' }), made({ 'b/en/sms.hbs': 'x\n' }, 'Other'));
    expect(diff.map(({ file, change }) => `${change} ${file}`)).toEqual([
      'removed a/en/sms.hbs',
      'added b/en/sms.hbs',
      'changed catalogue.json',
    ]);
    expect(diff[2]!.pieces[0]!.lines).toContainEqual({ kind: 'added', text: '  "smsSender": "Other",' });
  });
});

describe('marks of direction (UAX #9)', () => {
  it('C08 are shown by their names, and nothing else changes', () => {
    expect(withMarks('رقم \u2066AB-2027/15\u2069 هنا')).toBe('رقم [LRI]AB-2027/15[PDI] هنا');
    expect(withMarks('no mark')).toBe('no mark');
  });

  it('stand alone between the runs of the text', () => {
    expect(runsOf('a\u2068b\u2069')).toEqual([
      { text: 'a', mark: null },
      { text: '\u2068', mark: 'FSI' },
      { text: 'b', mark: null },
      { text: '\u2069', mark: 'PDI' },
    ]);
  });
});
