// Writes docs/site/{openapi,asyncapi}.html from the two documents: `node contracts/pages.ts`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderAsyncapi } from './pages/asyncapi.ts';
import { renderOpenapi } from './pages/openapi.ts';

const here = import.meta.dirname;

/** Both documents as pages that need nothing else, by file name. */
export const renderPages = (): Record<string, string> => ({
  'openapi.html': renderOpenapi(join(here, 'openapi.yaml')),
  'asyncapi.html': renderAsyncapi(join(here, 'asyncapi.yaml')),
});

/** Writes the pages into `folder`, which is made when it is not there. */
export function writePages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(renderPages())) writeFileSync(join(folder, name), text);
}

if (import.meta.main) writePages(join(here, '..', 'docs', 'site'));
