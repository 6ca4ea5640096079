import { join } from 'node:path';

const PORTAL = join(import.meta.dirname, '..');

/** Where the portal's string tables, views and files are. */
export const STRINGS = join(PORTAL, 'strings');
export const VIEWS = join(PORTAL, 'views');
export const ASSETS = join(PORTAL, 'assets');
