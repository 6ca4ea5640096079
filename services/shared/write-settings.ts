// Writes docs/settings.md from the one table of settings: `npm run settings`. A test fails when it is stale.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from './settings.ts';

/** The whole of docs/settings.md. */
export const settingsPage = (): string =>
  `# Settings\n\nRead once at start from the environment; a service that finds one missing or wrong lists all of them and stops (exit 78).\n\n${settingsTable()}\n`;

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'settings.md'), settingsPage());
