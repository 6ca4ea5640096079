import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { settingsPage } from './write-settings.ts';

it('docs/settings.md is what the table of settings says (write it with `npm run settings`)', () => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'settings.md'), 'utf8')).toBe(settingsPage());
});
