import type { Settings } from '../shared/settings.ts';

export type ConsoleSettings = {
  publicUrl: URL;
  issuer: URL;
  clientId: string;
  clientSecret: string;
  sessionKey: string;
  /** Assurance that a sign-in must have; empty when any does. */
  acr: string;
  rolesClaim: string;
  entityClaim: string;
  idleMinutes: number;
  sessionHours: number;
  requestsPerMinute: number;
};

/** The console's settings, or the names of those without which nobody could sign in. */
export function consoleSettings(settings: Settings): ConsoleSettings | { missing: string[] } {
  const needed = ['OIDC_ISSUER', 'CONSOLE_CLIENT_ID', 'CONSOLE_CLIENT_SECRET', 'SESSION_KEY'] as const;
  const missing = needed.filter((name) => settings[name] === '');
  if (missing.length > 0) return { missing };
  return {
    publicUrl: new URL(settings.PUBLIC_URL),
    issuer: new URL(settings.OIDC_ISSUER),
    clientId: settings.CONSOLE_CLIENT_ID,
    clientSecret: settings.CONSOLE_CLIENT_SECRET,
    sessionKey: settings.SESSION_KEY,
    acr: settings.CONSOLE_ACR,
    rolesClaim: settings.CONSOLE_ROLES_CLAIM,
    entityClaim: settings.CONSOLE_ENTITY_CLAIM,
    idleMinutes: settings.CONSOLE_IDLE_MINUTES,
    sessionHours: settings.SESSION_HOURS,
    requestsPerMinute: settings.CONSOLE_REQUESTS_PER_MINUTE,
  };
}
