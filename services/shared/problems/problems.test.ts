import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROBLEMS, type ProblemCode } from './index.ts';
import { problemTable } from './write.ts';

describe('problem codes', () => {
  it('each stand in docs/problems.md with status, meaning, remedy and whether to retry', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/problems.md'), 'utf8');
    expect(page).toBe(problemTable());
    for (const code of Object.keys(PROBLEMS))
      expect(page).toContain(`| \`${code}\` | ${PROBLEMS[code as ProblemCode].status} |`);
  });

  it('are all explained in Arabic too', () => {
    for (const { title, remedy, status } of Object.values(PROBLEMS)) {
      for (const text of [title.ar, remedy.ar]) expect(text).toMatch(/[\u0621-\u064a]/);
      for (const text of [title.en, remedy.en]) expect(text).toMatch(/\.$/);
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });
});
