/** The menu, in its order: an item shows when its page is there and the operator may see it. */
export const NAV = [
  { path: '/', key: 'nav.overview' },
  { path: '/search', key: 'nav.search' },
  { path: '/replay', key: 'nav.replay' },
  { path: '/dead-letters', key: 'nav.deadLetters' },
  { path: '/controls', key: 'nav.controls' },
  { path: '/unknown', key: 'nav.unknown' },
  { path: '/audiences', key: 'nav.audiences' },
  { path: '/suppressions', key: 'nav.suppressions' },
  { path: '/contacts-lookup', key: 'nav.contacts' },
  { path: '/entities', key: 'nav.entities' },
  { path: '/audit', key: 'nav.audit' },
] as const;

/** The item that a page belongs to: the longest that its address begins with. */
export const isCurrent = (item: string, path: string): boolean =>
  path === item || (item !== '/' && path.startsWith(`${item}/`));
