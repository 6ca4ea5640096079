import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { rolesPage, routesOfPages } from './write-roles.ts';

it('docs/console-roles.md is what the rules of the routes say (write it with `node services/console/write-roles.ts`)', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'console-roles.md'), 'utf8');
  expect(page).toBe(rolesPage(routesOfPages()));
});
