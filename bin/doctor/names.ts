export type CheckName = (typeof CHECK_NAMES)[number];

/** In the order in which they are made: what others stand on comes first. */
export const CHECK_NAMES = [
  ...(['settings', 'keyring', 'broker', 'topics', 'groups', 'database', 'indexes', 'clock'] as const),
  ...(['due', 'dead-letters', 'templates', 'providers'] as const),
] as const;
