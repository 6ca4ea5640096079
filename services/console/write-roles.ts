// Writes docs/console-roles.md from the rules of the routes. A test fails when it is stale.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { loadCatalogue } from '../shared/catalogue.ts';
import { topics } from '../shared/topics.ts';
import { createAccess, ROLES, type RouteRule } from './access.ts';
import { createKit, type KitParts } from './kit/pages.ts';
import type { ConsoleContext } from './kit/types.ts';
import { PAGES } from './pages/index.ts';
import { addSignInPages, type SignInDeps } from './sign-in/routes.ts';

/** Every route and its rule; nothing is connected and nothing runs. */
export function routesOfPages(): RouteRule[] {
  const access = createAccess();
  const context = withNothing<ConsoleContext>({ catalogue: loadCatalogue(), topics: topics(), prefix: 'notifyme' });
  const { kit } = createKit(withNothing<KitParts>({ context, access, router: Router() }));
  addSignInPages(withNothing<SignInDeps>({ kit }));
  for (const add of PAGES) add(kit);
  return access.table();
}

/** The whole of docs/console-roles.md: a line a route, a column a role. */
export function rolesPage(routes: RouteRule[]): string {
  const lines = routes.map(({ method, path, may }) => {
    const marks = ROLES.map((role) => (may === 'anybody' || may.includes(role) ? '●' : ''));
    return `| ${method} | \`${path}\` | ${marks.join(' | ')} |`;
  });
  return [
    '# Who may do what in the console',
    '',
    'Addresses stand behind `/console/<language>`. Every route is tested against every role; one without a rule stops the start.',
    "An entity administrator sees their own entity only. Roles come from the identity provider's claim `CONSOLE_ROLES_CLAIM`.",
    '',
    `| | route | ${ROLES.join(' | ')} |`,
    `|---|---|${ROLES.map(() => ':-:|').join('')}`,
    ...lines,
    '',
  ].join('\n');
}

/** Whatever is asked of it beyond `parts` is there, and does nothing. */
function withNothing<T extends object>(parts: Partial<T>): T {
  const has = (name: string | symbol) => Object.hasOwn(parts, name);
  return new Proxy((() => nothing) as never as T, {
    get: (_target, name) =>
      has(name) ? parts[name as keyof T] : name === 'then' || typeof name === 'symbol' ? undefined : nothing,
  });
}
const nothing: never = withNothing<object>({}) as never;

if (import.meta.main)
  writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'console-roles.md'), rolesPage(routesOfPages()));
